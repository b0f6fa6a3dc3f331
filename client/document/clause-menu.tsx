/** The menu of one clause, at the button that opened it. Who may not edit is offered what a reader does with a clause. */
import { Menu } from '@mantine/core'
import {
  IconArrowDown,
  IconArrowUp,
  IconCopy,
  IconLink,
  IconMessagePlus,
  IconPlus,
  IconTransform,
  IconTrash,
  type Icon,
} from '@tabler/icons-react'
import { useState } from 'react'
import { clauseKinds, documentKinds, type ClauseKind } from '#shared/domain/documents.ts'
import { keyOf, useAsk } from '#client/editing/ask.ts'
import { commandMessages } from '#client/editing/command-messages.ts'
import type { ClauseActions, CommandId } from '#client/editing/commands.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { useEditorSession } from '#client/editing/session.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import classes from './document.module.css'

const focusMenuOf = (clause: string) => {
  const button = document.querySelector(`[data-clause="${CSS.escape(clause)}"] > .clause-menu`)
  if (button instanceof HTMLElement) button.focus({ preventScroll: true })
}

const Keys = ({ of }: { readonly of: CommandId }) => <span className={classes.languageTag}>{keyOf(of)}</span>

export function ClauseMenu({
  at,
  actions,
  onClose,
}: {
  readonly at: { readonly clause: string; readonly anchor: DOMRect } | null
  readonly actions: ClauseActions
  readonly onClose: () => void
}) {
  const t = useMessages(documentMessages)
  const c = useMessages(commandMessages)
  const language = useLanguage()
  const ask = useAsk()
  const { document, editable } = useEditorSession()
  // The last one stays drawn while the menu fades out.
  const [shown, setShown] = useState(at)
  if (at !== null && at !== shown) setShown(at)
  if (shown === null) return null
  const { anchor, clause } = shown
  const kinds: readonly ClauseKind[] = documentKinds[document.kind].clauses
  const now = actions.kindOf(clause)
  const item = (command: CommandId, Sign: Icon, label = c(command)) =>
    ask.can(command, clause) ? (
      <Menu.Item
        key={command}
        leftSection={<Sign size={16} stroke={1.5} />}
        // Where the text takes no keys, that of the comment is for the clause with the focus.
        rightSection={<Keys of={command === 'commentClause' && !editable ? 'comment' : command} />}
        onClick={() => ask.run(command, clause)}
      >
        {label}
      </Menu.Item>
    ) : null
  const nameOf = (kind: ClauseKind) => clauseKinds[kind].name[language]
  return (
    <Menu
      opened={at !== null}
      onChange={(open) => {
        if (open) return
        onClose()
        // What was chosen has led into the text, and keys that are pressed at once belong there.
        if (globalThis.document.activeElement?.closest('[role="menu"]')) focusMenuOf(clause)
      }}
      position="bottom-start"
      returnFocus={false}
    >
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          aria-hidden="true"
          className={classes.virtual}
          style={{ left: anchor.left, top: anchor.top, width: anchor.width, height: anchor.height }}
        />
      </Menu.Target>
      <Menu.Dropdown>
        {editable ? (
          <>
            {kinds.map((kind, index) => (
              <Menu.Item
                key={kind}
                leftSection={<IconPlus size={16} stroke={1.5} />}
                rightSection={index === 0 ? <Keys of="insert" /> : null}
                onClick={() => actions.insert(clause, kind)}
              >
                {kinds.length === 1 ? c('insert') : t('insertKind', { kind: nameOf(kind) })}
              </Menu.Item>
            ))}
            {kinds
              .slice(0, 1)
              .map((kind) =>
                item(
                  'insertAbove',
                  IconPlus,
                  kinds.length === 1 ? c('insertAbove') : t('insertKindAbove', { kind: nameOf(kind) }),
                ),
              )}
            {item('duplicate', IconCopy)}
            {kinds
              .filter((kind) => kind !== now && document.phase !== 'negotiating')
              .map((kind) => (
                <Menu.Item
                  key={kind}
                  leftSection={<IconTransform size={16} stroke={1.5} />}
                  onClick={() => actions.become(clause, kind)}
                >
                  {t('changeKind', { kind: nameOf(kind) })}
                </Menu.Item>
              ))}
            <Menu.Divider />
            {item('moveUp', IconArrowUp)}
            {item('moveDown', IconArrowDown)}
            <Menu.Divider />
          </>
        ) : null}
        {item('commentClause', IconMessagePlus)}
        {item('linkToClause', IconLink)}
        {editable ? (
          <>
            <Menu.Divider />
            <Menu.Item
              color="var(--mantine-color-error)"
              leftSection={<IconTrash size={16} stroke={1.5} />}
              rightSection={<Keys of="remove" />}
              onClick={() => ask.run('remove', clause)}
            >
              {c('remove')}
            </Menu.Item>
          </>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  )
}
