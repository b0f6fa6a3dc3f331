/** The paper: what the text has to say of itself, the title, the editor, and what is printed behind it. */
import { useContext, useEffect, type ReactNode, type RefObject } from 'react'
import type { DocumentDetail } from '#shared/api/documents.ts'
import type { ShownLanguages } from '#client/editing/languages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { EditorSessionContext, useEditorSession } from '#client/editing/session.ts'
import type { Mending } from '#client/editing/text-editor.ts'
import type { HistoryTools } from '#client/history/tools.tsx'
import { useMessages } from '#client/i18n/messages.ts'
import { negotiationMessages } from '#client/negotiation/messages.ts'
import type { Reason } from '#shared/editor/changes/suggester.ts'
import { Empty, Heading, Signs } from './heading.tsx'
import { Notices } from './notices.tsx'
import { PrintedComments, type Printing } from './print.tsx'
import { useReading } from './reading.ts'
import { Said } from './said.tsx'
import classes from './document.module.css'

/** What an act of the reader is answered with: an edit that was turned down, or how a comment is begun by keys. */
export type Notice = 'refused' | 'hint' | null

const noticeMs = 8000

export function Paper({
  document,
  shown,
  editor,
  mending,
  onMendingSeen,
  notice,
  onNoticeSeen,
  history,
  printing,
  bar,
  unsuggestable,
  onUnsuggestableSeen,
  onAdd,
}: {
  readonly document: DocumentDetail
  readonly shown: ShownLanguages
  /** Where the editor is drawn. */
  readonly editor: RefObject<HTMLDivElement | null>
  readonly mending: Mending
  readonly onMendingSeen: () => void
  readonly notice: Notice
  readonly onNoticeSeen: () => void
  readonly history: HistoryTools
  readonly printing: Printing
  /** What stands over the paper: where the negotiation is. */
  readonly bar: ReactNode
  /** Why the last edit could not be suggested. */
  readonly unsuggestable: Reason | null
  readonly onUnsuggestableSeen: () => void
  /** Adds the first clause; null for who may not. */
  readonly onAdd: (() => void) | null
}) {
  const t = useMessages(documentMessages)
  const n = useMessages(negotiationMessages)
  const text = useContext(EditorSessionContext)?.text ?? null
  useEffect(() => {
    if (notice !== 'refused') return undefined
    const timer = setTimeout(onNoticeSeen, noticeMs)
    return () => clearTimeout(timer)
    // oxlint-disable-next-line react/exhaustive-deps -- the time runs from the notice on, whatever is drawn meanwhile
  }, [notice])
  return (
    <div className={classes.paper}>
      {bar}
      <div className={classes.inline}>
        {unsuggestable === null ? null : <Said onClose={onUnsuggestableSeen}>{n(`cannot_${unsuggestable}`)}</Said>}
        {mending === 'failed' ? <Said>{t('textFailed')}</Said> : null}
        {mending === 'mended' ? <Said onClose={onMendingSeen}>{t('textMended')}</Said> : null}
        {notice === null ? null : (
          <Said onClose={onNoticeSeen}>{t(notice === 'refused' ? 'refusedStructure' : 'commentHint')}</Said>
        )}
        {text ? <Attended history={history} /> : null}
      </div>
      <div className={classes.sheet} data-single={shown !== 'both'} data-printed="text">
        <Heading document={document} shown={shown} text={text} />
        {text ? <Signs text={text} /> : null}
        <div ref={editor} />
        {text ? <PrintedComments printing={printing} text={text} /> : null}
        {text ? <Empty text={text} onAdd={onAdd} /> : null}
      </div>
    </div>
  )
}

/** It counts as read while it is on the screen; and what happened to it as a whole, or while it was not, is told. */
function Attended({ history }: { readonly history: HistoryTools }) {
  const { document, actor, text } = useEditorSession()
  const [missed, seen] = useReading(document.id, text.revision)
  return (
    <Notices
      document={document.id}
      me={actor.id}
      missed={missed}
      onSeen={seen}
      onShow={history.allowed ? history.showSince : null}
    />
  )
}
