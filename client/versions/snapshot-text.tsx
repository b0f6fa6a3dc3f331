/** A snapshot's text as it was, drawn by the same schema and the same clause views, where nothing can be typed. */
import { Skeleton, Text } from '@mantine/core'
import { Editor } from '@tiptap/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { DocumentEntry } from '#shared/api/documents.ts'
import { getSnapshot, type Snapshot, type SnapshotSummary } from '#shared/api/snapshots.ts'
import { schemaExtensions } from '#shared/editor/schema.ts'
import type { Sign } from '#shared/editor/signs.ts'
import { call } from '#client/api/call.ts'
import { useShownLanguages } from '#client/editing/languages.ts'
import { createClauseViews } from '#client/editor/clause-view.ts'
import { signs, signsOf } from '#client/editor/signs.ts'
import { formatInCapitals } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { Delayed, Failure } from '#client/ui/page-state.tsx'
import { usePaper } from '#client/ui/print.ts'
import { SignsNote, Verbatim } from '#client/ui/words.tsx'
import { versionMessages } from './messages.ts'
import classes from './versions.module.css'
import '#client/editor/text.css'

/** So much of a fingerprint tells versions apart; the whole one stands once, at the head. */
export const shortHash = 16

export function SnapshotText({
  summary,
  document,
}: {
  readonly summary: SnapshotSummary
  readonly document: Pick<DocumentEntry, 'title' | 'handling'>
}) {
  const say = useLocalized()
  const language = useLanguage()
  const t = useMessages(versionMessages)
  const { data, error, refetch } = useQuery({
    queryKey: ['snapshot', summary.id],
    queryFn: ({ signal }) => call(getSnapshot, { params: { id: summary.id } }, signal),
    staleTime: Infinity,
  })
  const title = say(document.title)
  usePaper(() => ({
    title,
    handling: document.handling,
    version: `${summary.label} · SHA-256 ${summary.hash.slice(0, shortHash)}`,
    audience: null,
  }))
  return (
    <article className={classes.text} data-printed="over">
      <header className={classes.textHead}>
        <h1 data-paper-only>
          <Verbatim>{title}</Verbatim>
        </h1>
        <h2>
          <Verbatim>{summary.label}</Verbatim>
        </h2>
        <Text size="sm" c="dimmed">
          {formatInCapitals(summary.at, language, { withDay: true })} · {t('by', { name: say(summary.by.name) })}
        </Text>
        {summary.note === '' ? null : (
          <Text size="sm">
            <Verbatim>{summary.note}</Verbatim>
          </Text>
        )}
        <Text size="xs" c="dimmed" className={classes.wholeHash}>
          SHA-256 {summary.hash}
        </Text>
      </header>
      {error ? <Failure error={error} retry={() => void refetch()} /> : null}
      {data ? <Rendering content={data.content} label={t('readOnlyText', { label: summary.label })} /> : null}
      {data || error ? null : (
        <Delayed>
          <Skeleton height={320} />
        </Delayed>
      )}
    </article>
  )
}

const nothing = () => undefined

function Rendering({ content, label }: { readonly content: Snapshot['content']; readonly label: string }) {
  const ref = useRef<HTMLDivElement>(null)
  const [found, setFound] = useState<readonly Sign[]>([])
  const { shown } = useShownLanguages()
  useEffect(() => {
    if (ref.current === null) return undefined
    const views = createClauseViews({
      words: () => ({ menu: '', edit: '', fill: '' }),
      resolveReference: () => null,
      openMenu: nothing,
      openFields: nothing,
    })
    const editor = new Editor({
      element: ref.current,
      extensions: [...schemaExtensions(), views.extension, signs],
      content,
      editable: false,
      editorProps: { attributes: { class: 'text', 'data-languages': shown, 'aria-label': label, role: 'document' } },
    })
    setFound(signsOf(editor.state).map(({ sign }) => sign))
    return () => editor.destroy()
  }, [content, shown, label])
  return (
    <>
      <SignsNote signs={found} onShow={null} />
      <div ref={ref} />
    </>
  )
}
