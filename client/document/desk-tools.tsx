/** The row of tools above the paper: what changes the text at the left, what shows it and its record at the right. */
import { IconKeyboard, IconListTree, IconSearch } from '@tabler/icons-react'
import { useContext } from 'react'
import type { DocumentDetail } from '#shared/api/documents.ts'
import type { Actor } from '#shared/domain/actors.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { AskContext, useCommandTitle } from '#client/editing/ask.ts'
import { LanguageChoice } from '#client/editing/language-choice.tsx'
import type { useShownLanguages } from '#client/editing/languages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { ToolButton } from '#client/editing/tool-button.tsx'
import { HistoryButton, type HistoryTools } from '#client/history/tools.tsx'
import { useMessages } from '#client/i18n/messages.ts'
import { MarginButton } from './margin-button.tsx'
import type { Panel } from './panel.ts'
import { PrintTool, type Printing } from './print.tsx'
import { RecordTools } from './record-tools.tsx'
import { Toolbar } from './toolbar.tsx'
import classes from './document.module.css'

/** What is open over the desk or among its tools; one at a time. */
export type Opened = 'keys' | 'versions' | 'settings' | 'printing' | 'link' | 'changes' | null

export function DeskTools({
  document,
  actor,
  connection,
  mayDo,
  languages,
  outline,
  margin,
  history,
  printing,
  opened,
  onOpened,
}: {
  readonly document: DocumentDetail
  readonly actor: Actor
  readonly connection: DocumentConnection
  /** What the reader may do here now. */
  readonly mayDo: 'editable' | 'comments' | 'reads' | 'ended'
  readonly languages: ReturnType<typeof useShownLanguages>
  readonly outline: Panel
  readonly margin: Panel
  readonly history: HistoryTools
  readonly printing: Printing
  readonly opened: Opened
  readonly onOpened: (opened: Opened) => void
}) {
  const t = useMessages(documentMessages)
  const title = useCommandTitle()
  const ask = useContext(AskContext)
  const toggle = (which: Exclude<Opened, null>) => (open: boolean) => onOpened(open ? which : null)
  const comments = mayDo === 'comments'
  return (
    <div className={classes.tools}>
      <ToolButton label={t(outline.beside && outline.shown ? 'hideOutline' : 'showOutline')} onClick={outline.toggle}>
        <IconListTree size={18} stroke={1.5} />
      </ToolButton>
      {ask && mayDo === 'editable' ? (
        <Toolbar linking={opened === 'link'} onLinking={toggle('link')} />
      ) : (
        <span className={classes.note} title={comments ? t('commentHint') : undefined}>
          {mayDo === 'ended'
            ? null
            : t(
                document.archived
                  ? 'archived'
                  : document.phase === 'agreed'
                    ? 'agreed'
                    : comments
                      ? actor.party === null || document.parties.includes(actor.party)
                        ? 'commentOnly'
                        : 'otherParties'
                      : 'readOnly',
              )}
          {comments ? ` ${t('commentHint')}` : null}
        </span>
      )}
      <div className={classes.right}>
        <LanguageChoice shown={languages.shown} wide={languages.wide} onChoose={languages.choose} />
        <ToolButton label={title('find')} onClick={() => ask?.run('find')}>
          <IconSearch size={18} stroke={1.5} />
        </ToolButton>
        {margin.beside ? (
          <ToolButton label={title('shortcuts')} onClick={() => onOpened('keys')}>
            <IconKeyboard size={18} stroke={1.5} />
          </ToolButton>
        ) : null}
        <RecordTools
          document={document}
          actor={actor}
          connection={connection}
          versions={opened === 'versions'}
          onVersions={toggle('versions')}
          settings={opened === 'settings'}
          onSettings={toggle('settings')}
        />
        <HistoryButton history={history} />
        <PrintTool
          printing={printing}
          shown={margin.beside}
          opened={opened === 'printing'}
          onOpened={toggle('printing')}
        />
        <MarginButton
          document={document.id}
          beside={margin.beside}
          opened={margin.beside && margin.shown}
          onClick={margin.toggle}
        />
      </div>
    </div>
  )
}
