/**
 * The page of one document. What edits it is large: until that is here, its shape is shown, and its text as soon as it takes longer
 * than a moment.
 */
import { Box, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useLayoutEffect, useState } from 'react'
import type { DocumentDetail } from '#shared/api/documents.ts'
import { getText } from '#shared/api/text.ts'
import { documentKinds } from '#shared/domain/documents.ts'
import { languageKeys, languages } from '#shared/domain/languages.ts'
import { call } from '#client/api/call.ts'
import { documentQuery, queryKeys } from '#client/api/queries.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { later, type FailedProps } from '#client/ui/later.tsx'
import { ClausesSkeleton, Delayed, Failure } from '#client/ui/page-state.tsx'
import { Trail } from '#client/ui/trail.tsx'
import { Verbatim } from '#client/ui/words.tsx'
import { beginsWith, EarlyText } from './early-text.tsx'
import { keepPlace, returnToPlace } from './kept-place.ts'
import { useShownLanguages } from '#client/editing/languages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import classes from './document.module.css'

/** Where the editor is here sooner, nobody reads the text twice. */
const momentMs = 700

const IdContext = createContext('')
const Waiting = () => <EarlyPage id={useContext(IdContext)} />
const OpenedFailed = ({ error, again }: FailedProps<unknown>) => <Failure error={error} retry={again} />
const Opened = later(async () => (await import('./opened.tsx')).Opened, { waiting: <Waiting />, Failed: OpenedFailed })

/** Fetches what a document is read and written with, ahead of need. */
export const fetchOpened = Opened.fetch

/** Shows the document with that id, or why it cannot be shown. */
export function DocumentPage({ id }: { readonly id: string }) {
  return (
    <IdContext value={id}>
      <Opened id={id} waiting={<EarlyPage id={id} />} />
    </IdContext>
  )
}

function EarlyPage({ id }: { readonly id: string }) {
  const t = useMessages(documentMessages)
  const [wanted, setWanted] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setWanted(true), momentMs)
    return () => clearTimeout(timer)
  }, [])
  const { data: document } = useQuery(documentQuery(id))
  const { data: text } = useQuery({
    queryKey: [...queryKeys.document(id), 'text'],
    queryFn: ({ signal }) => call(getText, { params: { id } }, signal),
    enabled: wanted && document !== undefined,
    retry: false,
    // It is shown until the editor's own is here, and not when the document is opened once more.
    gcTime: 5000,
  })
  const { shown } = useShownLanguages()
  const early = document !== undefined && text !== undefined
  useLayoutEffect(() => {
    if (!early) return undefined
    returnToPlace(false)
    return keepPlace
  }, [early])
  const widths = ['92%', '78%', '96%', '64%']
  return (
    // What has come is not read out as a whole: it is there to be read.
    <div className={classes.page} aria-busy="true" {...(early ? {} : { role: 'status', 'aria-label': t('textLabel') })}>
      {document === undefined ? null : <Place document={document} />}
      <div className={classes.tools}>
        <span className={classes.note} role="status">
          {early ? t('early') : null}
        </span>
      </div>
      <div className={classes.outline}>
        <Delayed>
          {widths.concat(widths).map((width, at) => (
            <Skeleton key={at} height={12} width={width} mb={16} />
          ))}
        </Delayed>
      </div>
      <div className={classes.paper}>
        <div className={classes.sheet} data-single={shown !== 'both'}>
          {early ? (
            <>
              <EarlyHeading document={document} content={text.content} />
              <EarlyText content={text.content} shown={shown} label={t('textLabel')} />
            </>
          ) : (
            <Delayed>
              <Skeleton height={30} width="50%" mb={40} ml="4.5rem" />
              <ClausesSkeleton pair={classes.pair} />
            </Delayed>
          )}
        </div>
      </div>
      <div className={classes.margin}>
        <Delayed>
          <Box px={16}>
            <Skeleton height={20} width="40%" mt={20} mb={28} />
            <Skeleton height={96} mb={24} />
            <Skeleton height={72} />
          </Box>
        </Delayed>
      </div>
    </div>
  )
}

function Place({ document: { title, group } }: { readonly document: DocumentDetail }) {
  const say = useLocalized()
  return <Trail here={say(title)} group={group} />
}

function EarlyHeading({
  document: { kind, title },
  content,
}: {
  readonly document: DocumentDetail
  readonly content: Readonly<Record<string, unknown>>
}) {
  const { shown } = useShownLanguages()
  const sides = shown === 'both' ? languageKeys : [shown]
  return (
    <header className={classes.title} data-single={shown !== 'both'}>
      {sides.map((side) => (
        <div key={side} data-side={side} lang={languages[side].tag}>
          <p className={classes.facts}>{documentKinds[kind].name[side]}</p>
          <h1 className={beginsWith(content, title[side], side) ? classes.heard : undefined}>
            <Verbatim>{title[side]}</Verbatim>
          </h1>
        </div>
      ))}
    </header>
  )
}
