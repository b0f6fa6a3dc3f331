/** The outline: number, title and state of each clause; a click, or Enter, jumps to it. */
import { IconHelpHexagon } from '@tabler/icons-react'
import { memo, useEffect, useMemo, useRef, useState, useSyncExternalStore, type KeyboardEvent } from 'react'
import { useThreads } from '#client/threads/queries.ts'
import type { Store } from '#client/lib/store.ts'
import type { OutlineRow } from '#client/editor/outline.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { spelledOut } from '#shared/editor/signs.ts'
import { scrollWithin } from '#client/ui/scroll-within.ts'
import { StatusIcon } from '#client/ui/status.tsx'
import { Verbatim } from '#client/ui/words.tsx'
import { usePlaces } from '#client/negotiation/queries.ts'
import { turnOf, type OpenPlace } from '#shared/editor/changes/alternatives.ts'
import type { Party } from '#shared/domain/initiative.ts'
import { statuses } from '#shared/domain/documents.ts'
import type { Language } from '#shared/domain/languages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { useEditorSession } from '#client/editing/session.ts'
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

/** How many places of a clause are open, and at how many of them something waits for the reader's party. */
type OpenHere = { readonly places: number; readonly ours: number }

function openByClause(places: readonly OpenPlace[], party: Party | null, parties: readonly Party[]) {
  const open = new Map<string, OpenHere>()
  for (const place of places) {
    if (place.clause === null) continue
    const known = open.get(place.clause) ?? { places: 0, ours: 0 }
    const isOurs = party !== null && parties.includes(party) && turnOf(place, party, parties) === 'ours'
    open.set(place.clause, { places: known.places + 1, ours: known.ours + (isOurs ? 1 : 0) })
  }
  return open
}

/** The outline of an open text, with the clause that is read marked. */
export function Outline({ titled, onJump }: { readonly titled: boolean; readonly onJump: (clause: string) => void }) {
  const language = useLanguage()
  const { text, document, shown, actor } = useEditorSession()
  const { threads } = useThreads(document.id)
  const { places } = usePlaces(document.id, text)
  const rows = useSyncExternalStore(text.outline.subscribe, text.outline.get)
  const order = rows.map(({ id }) => id).join()
  const [current, setCurrent] = useState<string | null>(null)
  useEffect(() => {
    const inView = new Set<Element>()
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (isIntersecting) inView.add(target)
          else inView.delete(target)
        }
        const first = [...text.editor.view.dom.children].find((child) => inView.has(child))
        if (first instanceof HTMLElement) setCurrent(first.dataset['clause'] ?? null)
      },
      { rootMargin: '-120px 0px -55% 0px' },
    )
    for (const clause of text.editor.view.dom.children) observer.observe(clause)
    return () => observer.disconnect()
  }, [text, order])
  const unread = useMemo(
    () => new Set((threads ?? []).flatMap(({ anchor, unread: count }) => (anchor && count > 0 ? [anchor.clause] : []))),
    [threads],
  )
  const open = useMemo(
    () => openByClause(places, actor.party, document.parties),
    [places, actor.party, document.parties],
  )
  return (
    <OutlinePane
      outline={text.outline}
      language={shown === 'both' ? language : shown}
      current={current}
      unread={unread}
      open={open}
      titled={titled}
      onJump={onJump}
    />
  )
}

function OutlinePane({
  outline,
  language,
  current,
  unread,
  open,
  titled,
  onJump,
}: {
  readonly outline: Store<readonly OutlineRow[]>
  readonly language: Language
  /** The clause in which the reader is. */
  readonly current: string | null
  /** The clauses with threads that the reader has not seen. */
  readonly unread: ReadonlySet<string>
  readonly open: ReadonlyMap<string, OpenHere>
  /** Whether it says itself what it is; false where its frame does. */
  readonly titled: boolean
  readonly onJump: (clause: string) => void
}) {
  const t = useMessages(documentMessages)
  const rows = useSyncExternalStore(outline.subscribe, outline.get)
  const pane = useRef<HTMLElement>(null)
  // The pane scrolls by itself: the row of what is read must not stay beyond its fold.
  useEffect(() => {
    const row = pane.current?.querySelector('[aria-current="true"]')
    const list = pane.current?.closest(`.${classes.outline}`)
    if (row && list) scrollWithin(list, row)
  }, [current])
  return (
    <nav aria-label={t('outline')} ref={pane}>
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
            places={open.get(row.id)?.places ?? 0}
            ours={open.get(row.id)?.ours ?? 0}
            onJump={onJump}
          />
        ))}
      </ol>
    </nav>
  )
}

/** Drawn anew only when something about its own clause changed: there may be hundreds. */
const OutlineItem = memo(function OutlineItem({
  row: { id, label, numbered, title, status, posing },
  language,
  current,
  stop,
  unread,
  places,
  ours,
  onJump,
}: {
  readonly row: OutlineRow
  readonly language: Language
  readonly current: boolean
  /** Whether the Tab key stops here. */
  readonly stop: boolean
  readonly unread: boolean
  /** How many open places it has, and at how many of them something waits for the reader's party. */
  readonly places: number
  readonly ours: number
  readonly onJump: (clause: string) => void
}) {
  const t = useMessages(documentMessages)
  const posingWords = t('posing', { lines: posing.map((line) => t('quoted', { words: spelledOut(line) })).join(' ') })
  const openWords = ours > 0 ? t('openHereOurs', { count: places, ours }) : t('openHere', { count: places })
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
            <Verbatim>{numbered ? title[language] || t('untitled') : label[language]}</Verbatim>
          </span>
        </span>
        <span className={classes.marks}>
          {status === null ? null : (
            <span title={statusName} role="img" aria-label={statusName}>
              <StatusIcon status={status} size={14} />
            </span>
          )}
          {posing.length > 0 ? (
            <span title={posingWords} role="img" aria-label={posingWords}>
              <IconHelpHexagon size={14} stroke={1.5} />
            </span>
          ) : null}
          {places > 0 ? (
            <span className={classes.places} data-ours={ours > 0} role="img" aria-label={openWords} title={openWords}>
              {places}
            </span>
          ) : null}
          {unread ? (
            <span className={classes.unread} role="img" aria-label={t('unreadHere')} title={t('unreadHere')} />
          ) : null}
        </span>
      </button>
    </li>
  )
})
