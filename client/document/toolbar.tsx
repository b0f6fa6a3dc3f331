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
import { useEditorState } from '@tiptap/react'
import { useAsk, useCommandTitle } from '#client/editing/ask.ts'
import { commandMessages } from '#client/editing/command-messages.ts'
import { commands, type CommandId } from '#client/editing/commands.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { useEditorSession } from '#client/editing/session.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { LinkControl } from './link-control.tsx'
import classes from './document.module.css'

type Sign = { readonly command: CommandId; readonly icon: Icon }

const steps: readonly Sign[] = [
  { command: 'undo', icon: IconArrowBackUp },
  { command: 'redo', icon: IconArrowForwardUp },
]
const marks: readonly Sign[] = [
  { command: 'bold', icon: IconBold },
  { command: 'italic', icon: IconItalic },
  { command: 'underline', icon: IconUnderline },
]
const lists: readonly Sign[] = [
  { command: 'bulletList', icon: IconList },
  { command: 'orderedList', icon: IconListNumbers },
]
const styles: readonly CommandId[] = ['body', 'heading1', 'heading2', 'heading3']
const tableTools: readonly Sign[] = [
  { command: 'rowAbove', icon: IconRowInsertTop },
  { command: 'rowBelow', icon: IconRowInsertBottom },
  { command: 'columnBefore', icon: IconColumnInsertLeft },
  { command: 'columnAfter', icon: IconColumnInsertRight },
  { command: 'rowDelete', icon: IconRowRemove },
  { command: 'columnDelete', icon: IconColumnRemove },
  { command: 'tableDelete', icon: IconTableOff },
]
const toggles: readonly CommandId[] = [...marks, ...lists].map(({ command }) => command)

export function Toolbar({
  linking,
  onLinking,
}: {
  readonly linking: boolean
  readonly onLinking: (open: boolean) => void
}) {
  const t = useMessages(documentMessages)
  const ask = useAsk()
  const { text, mayComment } = useEditorSession()
  const { editor } = text
  const { active, possible, style, inTable } = useEditorState({
    editor,
    selector: () => ({
      active: toggles.filter((command) => commands[command].active?.(editor)),
      possible: [...steps.map(({ command }) => command), 'comment' as const].filter((command) => ask.can(command)),
      style: styles.find((command) => commands[command].active?.(editor)) ?? 'body',
      inTable: editor.isActive('table'),
    }),
  })
  const tool = ({ command, icon }: Sign, disabled = false) => (
    <Tool key={command} command={command} icon={icon} active={active.includes(command)} disabled={disabled} />
  )
  return (
    <RichTextEditor editor={editor} classNames={{ root: classes.editorRoot }} withTypographyStyles={false}>
      <RichTextEditor.Toolbar className={classes.toolbar} role="toolbar" aria-label={t('toolbar')}>
        <RichTextEditor.ControlsGroup className={classes.group}>
          {steps.map((sign) => tool(sign, !possible.includes(sign.command)))}
        </RichTextEditor.ControlsGroup>
        <RichTextEditor.ControlsGroup className={classes.group}>
          <StyleMenu current={style} />
        </RichTextEditor.ControlsGroup>
        <RichTextEditor.ControlsGroup className={classes.group}>
          {marks.map((sign) => tool(sign))}
        </RichTextEditor.ControlsGroup>
        <RichTextEditor.ControlsGroup className={classes.group}>
          {lists.map((sign) => tool(sign))}
          <TableMenu inTable={inTable} />
          <LinkControl editor={editor} opened={linking} onOpened={onLinking} />
        </RichTextEditor.ControlsGroup>
        {mayComment ? (
          <RichTextEditor.ControlsGroup className={classes.group}>
            {tool({ command: 'comment', icon: IconMessagePlus }, !possible.includes('comment'))}
          </RichTextEditor.ControlsGroup>
        ) : null}
      </RichTextEditor.Toolbar>
    </RichTextEditor>
  )
}

function Tool({
  command,
  icon: Drawn,
  active,
  disabled,
}: Sign & { readonly active: boolean; readonly disabled: boolean }) {
  const ask = useAsk()
  const title = useCommandTitle()(command)
  return (
    <RichTextEditor.Control
      className={classes.control}
      aria-label={title}
      title={title}
      active={active}
      aria-pressed={active}
      disabled={disabled}
      onClick={() => ask.run(command)}
    >
      <Drawn size={17} stroke={1.5} />
    </RichTextEditor.Control>
  )
}

function StyleMenu({ current }: { readonly current: CommandId }) {
  const t = useMessages(documentMessages)
  const c = useMessages(commandMessages)
  const ask = useAsk()
  return (
    <Menu position="bottom-start" returnFocus={false}>
      <Menu.Target>
        <RichTextEditor.Control
          className={`${classes.control} ${classes.style}`}
          aria-label={`${t('style')}: ${c(current)}`}
          title={t('style')}
        >
          <span>{c(current)}</span>
          <IconChevronDown size={14} stroke={1.5} />
        </RichTextEditor.Control>
      </Menu.Target>
      <Menu.Dropdown>
        {styles.map((command) => (
          <Menu.Item
            key={command}
            onClick={() => ask.run(command)}
            aria-current={command === current}
            {...(command === 'body' ? {} : { fw: 600 })}
          >
            {c(command)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function TableMenu({ inTable }: { readonly inTable: boolean }) {
  const t = useMessages(documentMessages)
  const c = useMessages(commandMessages)
  const ask = useAsk()
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
          onClick={() => ask.run('table')}
        >
          {c('table')}
        </Menu.Item>
        <Menu.Divider />
        {tableTools.map(({ command, icon: Drawn }) => (
          <Menu.Item
            key={command}
            leftSection={<Drawn size={16} stroke={1.5} />}
            disabled={!inTable}
            onClick={() => ask.run(command)}
          >
            {c(command)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
