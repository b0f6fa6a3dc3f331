/** What one does with a whole clause, by its menu or by keys, with a question first where others would lose something. */
import { Button, Group, Menu, Modal, Stack, Text } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconCopy, IconPlus, IconTrash } from '@tabler/icons-react'
import { TextSelection } from '@tiptap/pm/state'
import { useState } from 'react'
import { clauseKinds, documentKinds, type ClauseKind, type DocumentKind } from '#shared/domain/documents.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { othersInClause, presenceRole, type Presence } from '#client/editor/carets.ts'
import {
  clauseAt,
  clauseById,
  deleteClause,
  duplicateClause,
  insertClauseAfter,
  neighbourOf,
  swapClauses,
  type Direction,
} from '#client/editor/clause-commands.ts'
import { parties } from '#shared/domain/parties.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import type { Language } from '#shared/domain/languages.ts'
import { documentMessages } from './messages.ts'
import { scrollToClause } from './scrolling.ts'
import type { TextEditor } from './text-editor.ts'
import classes from './document.module.css'

export type ClauseActions = {
  readonly insert: (after: string | null, kind: ClauseKind) => void
  readonly duplicate: (clause: string) => void
  readonly move: (clause: string, direction: Direction) => void
  readonly remove: (clause: string) => void
  /** The clause that the caret is in. */
  readonly current: () => string | null
}

export type Question =
  | { readonly type: 'delete'; readonly clause: string; readonly others: readonly Presence[] }
  | { readonly type: 'move'; readonly clause: string; readonly others: readonly Presence[]; readonly go: () => void }

/** The clause actions on a text; whatever needs an answer first is given to `ask`. */
export function clauseActions(
  text: TextEditor,
  connection: DocumentConnection,
  ask: (question: Question) => void,
): ClauseActions {
  const { editor } = text
  const { view } = editor
  const swap = (clause: string, rewritten: string, stays: string) => {
    const before = clauseById(editor.state.doc, clause)
    const offset = before ? editor.state.selection.from - before.pos : -1
    text.undoManager.stopCapturing()
    swapClauses(connection.body, stays, rewritten)
    text.undoManager.stopCapturing()
    const after = clauseById(editor.state.doc, clause)
    if (after && before && offset >= 0 && offset < before.node.nodeSize) {
      const at = Math.min(after.pos + offset, editor.state.doc.content.size)
      view.dispatch(editor.state.tr.setSelection(TextSelection.near(editor.state.doc.resolve(at))))
    }
    scrollToClause(view, clause)
    view.focus()
  }
  return {
    current: () => {
      const clause = clauseAt(editor.state.doc, editor.state.selection.from)
      return clause ? String(clause.node.attrs['id']) : null
    },
    insert: (after, kind) => {
      view.dispatch(insertClauseAfter(editor.state, after === null ? null : clauseById(editor.state.doc, after), kind))
      view.focus()
    },
    duplicate: (id) => {
      const clause = clauseById(editor.state.doc, id)
      if (clause) view.dispatch(duplicateClause(editor.state, clause))
      view.focus()
    },
    move: (id, direction) => {
      const neighbour = neighbourOf(editor.state.doc, id, direction)
      if (neighbour === null) return
      const other = String(neighbour.node.attrs['id'])
      const here = othersInClause(view, connection.awareness, id)
      const there = othersInClause(view, connection.awareness, other)
      // The words of what is written anew count as placed by me: that is to be the clause that I moved, not its neighbour.
      if (here.length === 0) swap(id, id, other)
      else if (there.length === 0) swap(id, other, id)
      else ask({ type: 'move', clause: id, others: here, go: () => swap(id, id, other) })
    },
    remove: (id) => ask({ type: 'delete', clause: id, others: othersInClause(view, connection.awareness, id) }),
  }
}

/** Deletes a clause without asking again. */
export function deleteNow({ editor, undoManager }: TextEditor, id: string): void {
  const clause = clauseById(editor.state.doc, id)
  if (clause === null) return
  undoManager.stopCapturing()
  editor.view.dispatch(deleteClause(editor.state, clause))
}

const namesOf = (others: readonly Presence[], language: Language) =>
  others
    .map((person) =>
      [person.party ? parties[person.party].prefix : '', presenceRole(person, language)].join(' ').trim(),
    )
    .join(language === 'ja' ? '、' : ', ')

/** At once: the dialog's own focus comes a task later, and an Enter in between would split the text. */
const takeFocus = (button: HTMLButtonElement | null) => button?.focus({ preventScroll: true })

/** The question before a clause is deleted, or moved from under someone's hands. */
export function ClauseQuestion({
  question,
  label,
  onDelete,
  onClose,
}: {
  readonly question: Question | null
  readonly label: string
  readonly onDelete: (clause: string) => void
  readonly onClose: () => void
}) {
  const t = useMessages(documentMessages)
  const language = useLanguage()
  if (question === null) return null
  const names = namesOf(question.others, language)
  const deleting = question.type === 'delete'
  const confirm = () => {
    onClose()
    if (question.type === 'delete') onDelete(question.clause)
    else question.go()
  }
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('dismiss') }}
      opened
      onClose={onClose}
      title={t(deleting ? 'deleteTitle' : 'moveTitle', { label })}
      centered
    >
      <Stack>
        {names === '' ? null : <Text fw={600}>{deleting ? t('deleteOthers', { names }) : null}</Text>}
        <Text>{deleting ? t('deleteBody') : t('moveBody', { names })}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('keep')}
          </Button>
          <Button ref={takeFocus} onClick={confirm} data-autofocus {...(deleting ? { color: 'red' } : {})}>
            {t(deleting ? 'delete' : 'moveAnyway')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

/** The menu of one clause, at the button that opened it. */
export function ClauseMenu({
  at,
  kind,
  actions,
  onClose,
}: {
  readonly at: { readonly clause: string; readonly anchor: DOMRect } | null
  readonly kind: DocumentKind
  readonly actions: ClauseActions
  readonly onClose: () => void
}) {
  const t = useMessages(documentMessages)
  const language = useLanguage()
  // The last one stays drawn while the menu fades out.
  const [shown, setShown] = useState(at)
  if (at !== null && at !== shown) setShown(at)
  if (shown === null) return null
  const { anchor, clause } = shown
  const kinds: readonly ClauseKind[] = documentKinds[kind].clauses
  return (
    <Menu opened={at !== null} onChange={(open) => (open ? undefined : onClose())} position="bottom-start" returnFocus>
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
        {kinds.map((each, index) => (
          <Menu.Item
            key={each}
            leftSection={<IconPlus size={16} stroke={1.5} />}
            rightSection={index === 0 ? <Keys>Ctrl ⏎</Keys> : null}
            onClick={() => actions.insert(clause, each)}
          >
            {kinds.length === 1 ? t('insertAfter') : t('insertKind', { kind: clauseKinds[each].name[language] })}
          </Menu.Item>
        ))}
        <Menu.Item
          leftSection={<IconCopy size={16} stroke={1.5} />}
          rightSection={<Keys>Ctrl ⇧ D</Keys>}
          onClick={() => actions.duplicate(clause)}
        >
          {t('duplicate')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconArrowUp size={16} stroke={1.5} />}
          rightSection={<Keys>Alt ⇧ ↑</Keys>}
          onClick={() => actions.move(clause, 'up')}
        >
          {t('moveUp')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowDown size={16} stroke={1.5} />}
          rightSection={<Keys>Alt ⇧ ↓</Keys>}
          onClick={() => actions.move(clause, 'down')}
        >
          {t('moveDown')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="var(--mantine-color-error)"
          leftSection={<IconTrash size={16} stroke={1.5} />}
          rightSection={<Keys>Ctrl ⇧ ⌫</Keys>}
          onClick={() => actions.remove(clause)}
        >
          {t('delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

const Keys = ({ children }: { readonly children: string }) => <span className={classes.languageTag}>{children}</span>
