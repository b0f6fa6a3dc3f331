/** The page of one document: fetches what is known about it, opens its text, and shows both once they are here. */
import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { documentQuery, documentsQuery } from '#client/api/queries.ts'
import { useCloseCode, useDocument, useEnd, useLoaded } from '#client/connection/shared.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useSession } from '#client/session/session.ts'
import { ApiError } from '#client/api/call.ts'
import { ClausesSkeleton, Delayed, Failure } from '#client/ui/page-state.tsx'
import { SaveIndicator } from '#client/ui/save-indicator.tsx'
import { TopBarSlot } from '#client/ui/slots.tsx'
import { Trail } from '#client/ui/trail.tsx'
import { closeCode } from '#shared/protocol/messages.ts'
import { VersionsOnly } from '#client/versions/versions-only.tsx'
import { Desk } from './desk.tsx'
import { Leaving } from './leaving.tsx'
import { documentMessages } from './messages.ts'
import { RecoveryCopy } from './recovery-copy.tsx'
import classes from './document.module.css'

/** Shows the document with that id, or why it cannot be shown. */
export function DocumentPage({ id }: { readonly id: string }) {
  const say = useLocalized()
  const session = useSession()
  const { data: document, error, refetch } = useQuery(documentQuery(id))
  const connection = useDocument(id, document && { epoch: document.epoch, recovers: true })
  const loaded = useLoaded(connection)
  const code = useCloseCode(connection)
  const replaced = useEnd(connection) === 'replaced' && loaded
  // A seat that may not open the draft may still read what was taken for the record.
  const refused = error instanceof ApiError && error.status === 403
  const { data: documents } = useQuery({ ...documentsQuery, enabled: refused })
  const listed = refused ? documents?.find((each) => each.id === id && each.access === null) : undefined
  if (listed) return <VersionsOnly document={listed} actor={session.actor} />
  if (document === undefined) {
    return error ? <Failure error={error} retry={() => void refetch()} /> : <DocumentSkeleton />
  }
  const closed = !loaded && code !== null ? statusOf(code) : null
  return (
    <>
      <Trail here={say(document.title)} group={document.group} />
      <TopBarSlot name="saved">
        <SaveIndicator connection={connection} explained={replaced} />
      </TopBarSlot>
      <Leaving connection={connection} replaced={replaced} />
      {closed !== null ? <Failure error={new ApiError(closed, '')} retry={() => void refetch()} /> : null}
      {connection !== null && replaced ? <RecoveryCopy connection={connection} document={document} /> : null}
      {closed === null && connection !== null && loaded && !replaced ? (
        <Desk key={connection.doc.guid} connection={connection} document={document} actor={session.actor} />
      ) : null}
      {closed === null && (connection === null || !loaded) ? <DocumentSkeleton /> : null}
    </>
  )
}

/** The answer of the API that says the same as a close code. */
const statusOf = (code: number): number =>
  code === closeCode.notFound ? 404 : code === closeCode.forbidden ? 403 : code === closeCode.unauthenticated ? 401 : 0

/** The shape of the page: an outline, and pairs of texts. */
function DocumentSkeleton() {
  const t = useMessages(documentMessages)
  const widths = ['92%', '78%', '96%', '64%']
  return (
    <div className={classes.page} role="status" aria-busy="true" aria-label={t('textLabel')}>
      <div className={classes.outline}>
        <Delayed>
          {widths.concat(widths).map((width, at) => (
            <Skeleton key={at} height={12} width={width} mb={16} />
          ))}
        </Delayed>
      </div>
      <div className={classes.paper}>
        <div className={classes.sheet}>
          <Delayed>
            <Skeleton height={30} width="50%" mb={40} ml="4.5rem" />
            <ClausesSkeleton pair={classes.pair} />
          </Delayed>
        </div>
      </div>
      <div className={classes.margin} />
    </div>
  )
}
