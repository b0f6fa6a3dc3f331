/** The tools above the text: styles, lists, tables, links, undo. What the text is at the caret shows in the tools' state. */
import { Menu } from '@mantine/core'
import { RichTextEditor } from '@mantine/tiptap'
import '@mantine/tiptap/styles.layer.css'
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconBold,
  IconChevronDown,
  IconColumnInsertLeft,
  IconColumnInsertRight,
  IconColumnRemove,
  IconItalic,
  IconList,
  IconListNumbers,
  IconMessagePlus,
  IconRowInsertBottom,
  IconRowInsertTop,
  IconRowRemove,
  IconTable,
  IconTableOff,
  IconTablePlus,
  IconUnderline,
  type Icon,
} from '@tabler/icons-react'
import type { Editor } from '@tiptap/core'
// What their commands are called is declared where the nodes and marks of the schema come from.
import '@tiptap/extension-bold'
import '@tiptap/extension-italic'
import '@tiptap/extension-list'
import '@tiptap/extension-table'
import '@tiptap/extension-underline'
import { useEditorState } from '@tiptap/react'
import { levels } from '#shared/editor/schema.ts'
import { currentLevel, setLevel } from '#client/editor/headings.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { LinkControl } from './link-control.tsx'
import { documentMessages } from './messages.ts'
import { insertTable } from './tables.ts'
import type { TextEditor } from './text-editor.ts'
import classes from './document.module.css'

function Tool({
  label,
  icon: Sign,
  active = false,
  disabled = false,
  onClick,
}: {
  readonly label: string
  readonly icon: Icon
  readonly active?: boolean
  readonly disabled?: boolean
  readonly onClick: () => void
}) {
  return (
    <RichTextEditor.Control
      className={classes.control}
      aria-label={label}
      title={label}
      active={active}
      aria-pressed={active}
      disabled={disabled}
      onClick={onClick}
    >
      <Sign size={17} stroke={1.5} />
    </RichTextEditor.Control>
  )
}

const formatOf = (editor: Editor, undoManager: TextEditor['undoManager']) => ({
  level: currentLevel(editor.state),
  bold: editor.isActive('bold'),
  italic: editor.isActive('italic'),
  underline: editor.isActive('underline'),
  bulletList: editor.isActive('bulletList'),
  orderedList: editor.isActive('orderedList'),
  table: editor.isActive('table'),
  selected: !editor.state.selection.empty,
  canUndo: undoManager.undoStack.length > 0,
  canRedo: undoManager.redoStack.length > 0,
})

export function Toolbar({
  text: { editor, undoManager },
  linking,
  onLinking,
  onComment,
}: {
  readonly text: TextEditor
  readonly linking: boolean
  readonly onLinking: (open: boolean) => void
  /** Null where the reader may not comment. */
  readonly onComment: (() => void) | null
}) {
  const t = useMessages(documentMessages)
  const format = useEditorState({ editor, selector: ({ editor: now }) => formatOf(now, undoManager) })
  const focused = () => editor.chain().focus()
  return (
    <RichTextEditor editor={editor} classNames={{ root: classes.editorRoot }} withTypographyStyles={false}>
      <RichTextEditor.Toolbar className={classes.toolbar} role="toolbar" aria-label={t('toolbar')}>
        <RichTextEditor.ControlsGroup className={classes.group}>
          <Tool
            label={`${t('undo')} (Ctrl Z)`}
            icon={IconArrowBackUp}
            disabled={!format.canUndo}
            onClick={() => focused().undo().run()}
          />
          <Tool
            label={`${t('redo')} (Ctrl Y)`}
            icon={IconArrowForwardUp}
            disabled={!format.canRedo}
            onClick={() => focused().redo().run()}
          />
        </RichTextEditor.ControlsGroup>
        <RichTextEditor.ControlsGroup className={classes.group}>
          <StyleMenu editor={editor} level={format.level} />
        </RichTextEditor.ControlsGroup>
        <RichTextEditor.ControlsGroup className={classes.group}>
          <Tool
            label={`${t('bold')} (Ctrl B)`}
            icon={IconBold}
            active={format.bold}
            onClick={() => focused().toggleBold().run()}
          />
          <Tool
            label={`${t('italic')} (Ctrl I)`}
            icon={IconItalic}
            active={format.italic}
            onClick={() => focused().toggleItalic().run()}
          />
          <Tool
            label={`${t('underline')} (Ctrl U)`}
            icon={IconUnderline}
            active={format.underline}
            onClick={() => focused().toggleUnderline().run()}
          />
        </RichTextEditor.ControlsGroup>
        <RichTextEditor.ControlsGroup className={classes.group}>
          <Tool
            label={t('bulletList')}
            icon={IconList}
            active={format.bulletList}
            onClick={() => focused().toggleBulletList().run()}
          />
          <Tool
            label={t('orderedList')}
            icon={IconListNumbers}
            active={format.orderedList}
            onClick={() => focused().toggleOrderedList().run()}
          />
          <TableMenu editor={editor} inTable={format.table} />
          <LinkControl editor={editor} opened={linking} onOpened={onLinking} />
        </RichTextEditor.ControlsGroup>
        {onComment ? (
          <RichTextEditor.ControlsGroup className={classes.group}>
            <Tool
              label={`${t('comment')} (Ctrl Alt M)`}
              icon={IconMessagePlus}
              disabled={!format.selected}
              onClick={onComment}
            />
          </RichTextEditor.ControlsGroup>
        ) : null}
      </RichTextEditor.Toolbar>
    </RichTextEditor>
  )
}

function StyleMenu({ editor, level }: { readonly editor: Editor; readonly level: number | null }) {
  const t = useMessages(documentMessages)
  const current = level === null ? t('body') : t('heading', { level })
  const apply = (chosen: Parameters<typeof setLevel>[1]) => {
    const tr = setLevel(editor.state, chosen)
    if (tr) editor.view.dispatch(tr)
    editor.commands.focus()
  }
  return (
    <Menu position="bottom-start" returnFocus={false}>
      <Menu.Target>
        <RichTextEditor.Control
          className={`${classes.control} ${classes.style}`}
          aria-label={`${t('style')}: ${current}`}
          title={t('style')}
        >
          <span>{current}</span>
          <IconChevronDown size={14} stroke={1.5} />
        </RichTextEditor.Control>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => apply(null)} aria-current={level === null}>
          {t('body')}
        </Menu.Item>
        {levels.map((each) => (
          <Menu.Item key={each} onClick={() => apply(each)} aria-current={level === each} fw={600}>
            {t('heading', { level: each })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

const tableTools = [
  { label: 'rowAbove', icon: IconRowInsertTop, run: (editor: Editor) => editor.chain().focus().addRowBefore().run() },
  { label: 'rowBelow', icon: IconRowInsertBottom, run: (editor: Editor) => editor.chain().focus().addRowAfter().run() },
  {
    label: 'columnBefore',
    icon: IconColumnInsertLeft,
    run: (editor: Editor) => editor.chain().focus().addColumnBefore().run(),
  },
  {
    label: 'columnAfter',
    icon: IconColumnInsertRight,
    run: (editor: Editor) => editor.chain().focus().addColumnAfter().run(),
  },
  { label: 'rowDelete', icon: IconRowRemove, run: (editor: Editor) => editor.chain().focus().deleteRow().run() },
  {
    label: 'columnDelete',
    icon: IconColumnRemove,
    run: (editor: Editor) => editor.chain().focus().deleteColumn().run(),
  },
  { label: 'tableDelete', icon: IconTableOff, run: (editor: Editor) => editor.chain().focus().deleteTable().run() },
] as const

function TableMenu({ editor, inTable }: { readonly editor: Editor; readonly inTable: boolean }) {
  const t = useMessages(documentMessages)
  return (
    <Menu position="bottom-start" returnFocus={false}>
      <Menu.Target>
        <RichTextEditor.Control className={classes.control} aria-label={t('table')} title={t('table')} active={inTable}>
          <IconTable size={17} stroke={1.5} />
        </RichTextEditor.Control>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconTablePlus size={16} stroke={1.5} />}
          disabled={inTable}
          onClick={() => {
            const tr = insertTable(editor.state, 3, 3)
            if (tr) editor.view.dispatch(tr)
            editor.commands.focus()
          }}
        >
          {t('tableInsert')}
        </Menu.Item>
        <Menu.Divider />
        {tableTools.map(({ label, icon: Sign, run }) => (
          <Menu.Item
            key={label}
            leftSection={<Sign size={16} stroke={1.5} />}
            disabled={!inTable}
            onClick={() => run(editor)}
          >
            {t(label)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
