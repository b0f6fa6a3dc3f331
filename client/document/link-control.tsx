/** Setting, changing and removing a link, to addresses that are safe to follow. */
import { Anchor, Button, Group, Popover, Stack, TextInput } from '@mantine/core'
import { RichTextEditor } from '@mantine/tiptap'
import { IconLink } from '@tabler/icons-react'
import type { Editor } from '@tiptap/core'
import { useState } from 'react'
import { linkAt, readHref, setLink } from '#client/editor/links.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { useCommandTitle } from '#client/editing/ask.ts'
import { commandMessages } from '#client/editing/command-messages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import classes from './document.module.css'

export function LinkControl({
  editor,
  opened,
  onOpened,
}: {
  readonly editor: Editor
  readonly opened: boolean
  readonly onOpened: (opened: boolean) => void
}) {
  const c = useMessages(commandMessages)
  const title = useCommandTitle()
  return (
    <Popover opened={opened} onChange={onOpened} position="bottom-start" width={320} trapFocus>
      <Popover.Target>
        <RichTextEditor.Control
          className={classes.control}
          aria-label={c('link')}
          title={title('link')}
          active={opened}
          onClick={() => onOpened(!opened)}
        >
          <IconLink size={17} stroke={1.5} />
        </RichTextEditor.Control>
      </Popover.Target>
      <Popover.Dropdown>{opened ? <LinkForm editor={editor} onDone={() => onOpened(false)} /> : null}</Popover.Dropdown>
    </Popover>
  )
}

function LinkForm({ editor, onDone }: { readonly editor: Editor; readonly onDone: () => void }) {
  const t = useMessages(documentMessages)
  const [existing] = useState(() => linkAt(editor.state))
  const [address, setAddress] = useState(existing?.href ?? '')
  const [invalid, setInvalid] = useState(false)
  const put = (href: string | null) => {
    const tr = setLink(editor.state, href)
    if (tr) editor.view.dispatch(tr)
    onDone()
    editor.commands.focus()
  }
  const submit = () => {
    const href = readHref(address)
    if (href === null) setInvalid(true)
    else put(href)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Stack gap="xs">
        <TextInput
          label={t('linkAddress')}
          value={address}
          onChange={(event) => {
            setAddress(event.currentTarget.value)
            setInvalid(false)
          }}
          error={invalid ? t('linkInvalid') : null}
          placeholder="https://"
          data-autofocus
        />
        <Group justify="space-between">
          {existing ? (
            <Group gap="xs">
              <Button size="xs" variant="subtle" color="gray" onClick={() => put(null)}>
                {t('linkRemove')}
              </Button>
              <Anchor href={existing.href} target="_blank" rel="noopener noreferrer nofollow" size="sm">
                {t('linkOpen')}
              </Anchor>
            </Group>
          ) : (
            <span />
          )}
          <Button size="xs" type="submit">
            {t('linkSet')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
