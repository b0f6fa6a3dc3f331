/** An open document: fetches what is known about it, opens its text, and shows both once they are here. */
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { documentQuery, documentsQuery } from '#client/api/queries.ts'
import { useCloseCode, useDocument, useEnd, useLoaded } from '#client/connection/shared.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useActorIn } from '#client/session/acting.ts'
import { ApiError } from '#client/api/call.ts'
import { Failure } from '#client/ui/page-state.tsx'
import { SaveIndicator } from '#client/connection/save-indicator.tsx'
import { TopBarSlot } from '#client/ui/slots.tsx'
import { Trail } from '#client/ui/trail.tsx'
import { closeCode } from '#shared/protocol/messages.ts'
import { VersionsOnly } from '#client/versions/versions-only.tsx'
import { Desk } from './desk.tsx'
import { Leaving } from './leaving.tsx'
import { documentMessages } from '#client/editing/messages.ts'
import { RecoveryCopy } from './recovery-copy.tsx'

/** Shows the document with that id, or why it cannot be shown; and `waiting` for as long as that is not known. */
export function Opened({ id, waiting }: { readonly id: string; readonly waiting: ReactNode }) {
  const say = useLocalized()
  const t = useMessages(documentMessages)
  const { data: document, error, refetch } = useQuery(documentQuery(id))
  const connection = useDocument(id, document && { ...document, recovers: true })
  const loaded = useLoaded(connection)
  const code = useCloseCode(connection)
  const replaced = useEnd(connection) === 'replaced' && loaded
  // A seat for which the draft is not there may still read what was taken for the record.
  const missing = error instanceof ApiError && error.status === 404
  const { data: documents, isLoading } = useQuery({ ...documentsQuery, enabled: missing })
  const listed = missing ? documents?.find((each) => each.id === id && each.access === null) : undefined
  const actor = useActorIn(document ?? listed)
  if (listed) return <VersionsOnly document={listed} actor={actor} />
  if (missing && isLoading) return waiting
  if (document === undefined) {
    return error ? <Failure error={error} retry={() => void refetch()} /> : waiting
  }
  const closed = !loaded && code !== null ? statusOf(code) : null
  return (
    <>
      <Trail here={say(document.title)} group={document.group} />
      <TopBarSlot name="saved">
        <SaveIndicator
          connection={connection}
          explained={replaced}
          reading={document.access === 'write' ? null : t('readsLive')}
        />
      </TopBarSlot>
      <Leaving connection={connection} replaced={replaced} />
      {closed !== null ? <Failure error={new ApiError(closed, '')} retry={() => void refetch()} /> : null}
      {connection !== null && replaced ? <RecoveryCopy connection={connection} document={document} /> : null}
      {closed === null && connection !== null && loaded && !replaced ? (
        <Desk key={connection.doc.guid} connection={connection} document={document} actor={actor} />
      ) : null}
      {closed === null && (connection === null || !loaded) ? waiting : null}
    </>
  )
}

/** The answer of the API that says the same as a close code. */
const statusOf = (code: number): number =>
  code === closeCode.notFound ? 404 : code === closeCode.forbidden ? 403 : code === closeCode.unauthenticated ? 401 : 0
