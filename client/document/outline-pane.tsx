/** The outline: number, title and state of each clause; a click, or Enter, jumps to it. */
import { memo, useSyncExternalStore, type KeyboardEvent } from 'react'
import type { Store } from '#client/connection/store.ts'
import type { OutlineRow } from '#client/editor/outline.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { StatusIcon } from '#client/ui/status.tsx'
import { statuses } from '#shared/domain/documents.ts'
import type { Language } from '#shared/domain/languages.ts'
import { documentMessages } from './messages.ts'
import classes from './document.module.css'

/** Up and down move among the rows, so that the outline is one stop of the Tab key's way and not three hundred. */
function moveFocus(event: KeyboardEvent<HTMLButtonElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0) return
  const rows = [...(event.currentTarget.closest('ol')?.querySelectorAll('button') ?? [])]
  const at = rows.indexOf(event.currentTarget)
  const next = rows[at + step]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}

export function OutlinePane({
  outline,
  language,
  current,
  unread,
  titled,
  onJump,
}: {
  readonly outline: Store<readonly OutlineRow[]>
  readonly language: Language
  /** The clause in which the reader is. */
  readonly current: string | null
  /** The clauses with threads that the reader has not seen. */
  readonly unread: ReadonlySet<string>
  /** Whether it says itself what it is; false where its frame does. */
  readonly titled: boolean
  readonly onJump: (clause: string) => void
}) {
  const t = useMessages(documentMessages)
  const rows = useSyncExternalStore(outline.subscribe, outline.get)
  return (
    <nav aria-label={t('outline')}>
      {titled ? <h2 className={classes.heading}>{t('outline')}</h2> : null}
      {rows.length === 0 ? <p className={classes.note}>{t('outlineEmpty')}</p> : null}
      <ol className={classes.rows}>
        {rows.map((row, at) => (
          <OutlineItem
            key={`${row.id}-${at}`}
            row={row}
            language={language}
            current={row.id === current}
            stop={row.id === current || (current === null && at === 0)}
            unread={unread.has(row.id)}
            onJump={onJump}
          />
        ))}
      </ol>
    </nav>
  )
}

/** Drawn anew only when something about its own clause changed: there may be hundreds. */
const OutlineItem = memo(function OutlineItem({
  row: { id, label, numbered, title, status },
  language,
  current,
  stop,
  unread,
  onJump,
}: {
  readonly row: OutlineRow
  readonly language: Language
  readonly current: boolean
  /** Whether the Tab key stops here. */
  readonly stop: boolean
  readonly unread: boolean
  readonly onJump: (clause: string) => void
}) {
  const t = useMessages(documentMessages)
  const statusName = status === null ? '' : statuses[status].name[language]
  return (
    <li>
      <button
        type="button"
        className={classes.row}
        aria-current={current}
        tabIndex={stop ? 0 : -1}
        onClick={() => onJump(id)}
        onKeyDown={moveFocus}
        lang={language}
      >
        <span>
          {numbered || title[language] === '' ? <span className={classes.rowLabel}>{label[language]}</span> : null}
          <span className={classes.rowTitle} data-empty={title[language] === ''}>
            {numbered ? title[language] || t('untitled') : label[language]}
          </span>
        </span>
        <span className={classes.marks}>
          {status === null ? null : (
            <span title={statusName} role="img" aria-label={statusName}>
              <StatusIcon status={status} size={14} />
            </span>
          )}
          {unread ? (
            <span className={classes.unread} role="img" aria-label={t('unreadHere')} title={t('unreadHere')} />
          ) : null}
        </span>
      </button>
    </li>
  )
})
