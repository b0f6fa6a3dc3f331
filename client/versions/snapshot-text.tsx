/** A snapshot's text as it was, drawn by the same schema and the same clause views, where nothing can be typed. */
import { Skeleton, Text } from '@mantine/core'
import { Editor } from '@tiptap/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { getSnapshot, type Snapshot, type SnapshotSummary } from '#shared/api/snapshots.ts'
import { schemaExtensions } from '#shared/editor/schema.ts'
import { call } from '#client/api/call.ts'
import { useShownLanguages } from '#client/document/languages.ts'
import { createClauseViews } from '#client/editor/clause-view.ts'
import { formatInCapitals } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { Delayed, Failure } from '#client/ui/page-state.tsx'
import { versionMessages } from './messages.ts'
import classes from './versions.module.css'
import '#client/editor/text.css'

export function SnapshotText({ summary }: { readonly summary: SnapshotSummary }) {
  const say = useLocalized()
  const language = useLanguage()
  const t = useMessages(versionMessages)
  const { data, error, refetch } = useQuery({
    queryKey: ['snapshot', summary.id],
    queryFn: ({ signal }) => call(getSnapshot, { params: { id: summary.id } }, signal),
    staleTime: Infinity,
  })
  return (
    <article className={classes.text}>
      <header className={classes.textHead}>
        <h2>{summary.label}</h2>
        <Text size="sm" c="dimmed">
          {formatInCapitals(summary.at, language, { withDay: true })} · {t('by', { name: say(summary.by.name) })}
        </Text>
        {summary.note === '' ? null : <Text size="sm">{summary.note}</Text>}
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
      extensions: [...schemaExtensions, views.extension],
      content,
      editable: false,
      editorProps: { attributes: { class: 'text', 'data-languages': shown, 'aria-label': label, role: 'document' } },
    })
    return () => editor.destroy()
  }, [content, shown, label])
  return <div ref={ref} />
}
