/** What the document's page shows of the history: a button among the tools, one beside selected words, and what they open. */
import { Button } from '@mantine/core'
import { IconHistory, IconUserQuestion } from '@tabler/icons-react'
import { useState } from 'react'
import type { DocumentEntry } from '#shared/api/documents.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { can } from '#shared/domain/permissions.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { WordedTool } from '#client/editing/tool-button.tsx'
import type { TextEditor } from '#client/editing/text-editor.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { later, useFetchedWhenIdle, type FailedProps } from '#client/ui/later.tsx'
import { NotFetched } from '#client/ui/page-state.tsx'
import { historyMessages } from './messages.ts'

const Failed = ({ again, given: { onClose } }: FailedProps<{ readonly onClose: () => void }>) => (
  <NotFetched again={again} onClose={onClose} />
)
const HistoryDrawer = later(async () => (await import('./drawer.tsx')).HistoryDrawer, { Failed })
const AuthorPanel = later(async () => (await import('./author-panel.tsx')).AuthorPanel, { Failed })
const views = [AuthorPanel, HistoryDrawer]

export type HistoryTools = {
  /** Whether the reader may see the history: if not, nothing of it is shown. */
  readonly allowed: boolean
  readonly open: 'none' | 'who' | 'history'
  readonly setOpen: (open: HistoryTools['open']) => void
  /** The step behind which changes are marked when the history opens; null: none. */
  readonly since: number | null
  /** Opens the history with what changed behind that step. */
  readonly showSince: (step: number) => void
  /** Opens "Who wrote this" for the selected words. False if there are none. */
  readonly ask: (text: TextEditor | null) => boolean
}

export function useHistoryTools(actor: Actor, document: DocumentEntry): HistoryTools {
  const [{ open, since }, setView] = useState<Pick<HistoryTools, 'open' | 'since'>>({ open: 'none', since: null })
  const setOpen = (next: HistoryTools['open']) => setView({ open: next, since: null })
  const allowed = can(actor, 'history.read', document)
  useFetchedWhenIdle(views, allowed)
  const ask = (text: TextEditor | null) => {
    if (!allowed || text === null || text.editor.state.selection.empty) return false
    setOpen('who')
    return true
  }
  return { allowed, open, setOpen, since, showSince: (step) => setView({ open: 'history', since: step }), ask }
}

export function HistoryButton({ history }: { readonly history: HistoryTools }) {
  const t = useMessages(historyMessages)
  if (!history.allowed) return null
  return (
    <WordedTool label={t('history')} onClick={() => history.setOpen('history')}>
      <IconHistory size={18} stroke={1.5} />
    </WordedTool>
  )
}

/** "Who wrote this" beside selected words. */
export function WhoButton({ history, text }: { readonly history: HistoryTools; readonly text: TextEditor }) {
  const t = useMessages(historyMessages)
  if (!history.allowed || history.open === 'who') return null
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconUserQuestion size={16} stroke={1.5} />}
      // Taking the focus would take the selection with it.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => history.ask(text)}
    >
      {t('who')}
    </Button>
  )
}

export function HistoryViews({
  history,
  document,
  text,
  connection,
}: {
  readonly history: HistoryTools
  readonly document: DocumentEntry
  readonly text: TextEditor | null
  readonly connection: DocumentConnection
}) {
  const { open, setOpen } = history
  return (
    <>
      {open === 'who' && text ? (
        <AuthorPanel
          document={document.id}
          text={text}
          connection={connection}
          onHistory={() => setOpen('history')}
          onClose={() => setOpen('none')}
        />
      ) : null}
      {open === 'history' ? (
        <HistoryDrawer document={document} since={history.since} onClose={() => setOpen('none')} />
      ) : null}
    </>
  )
}
