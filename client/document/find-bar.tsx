/** The find bar: looks for words in the text, counts them, and goes from one to the next. */
import { ActionIcon, TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react'
import { useEditorState } from '@tiptap/react'
import type { Editor } from '@tiptap/core'
import { useEffect, useRef } from 'react'
import { findState, searchFor } from '#client/editor/find.ts'
import { goToMatch, showMatch } from '#client/editing/find-match.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { commandMessages } from '#client/editing/command-messages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import classes from './document.module.css'

export function FindBar({ editor, onClose }: { readonly editor: Editor; readonly onClose: () => void }) {
  const t = useMessages(documentMessages)
  const c = useMessages(commandMessages)
  const input = useRef<HTMLInputElement>(null)
  const { count, current, query } = useEditorState({
    editor,
    selector: ({ editor: { state } }) => {
      const { matches, current: at, query: words } = findState(state)
      return { count: matches.length, current: at, query: words }
    },
  })
  useEffect(() => {
    input.current?.select()
    return () => {
      if (!editor.isDestroyed) editor.view.dispatch(searchFor(editor.state, ''))
    }
  }, [editor])
  const search = (words: string) => {
    editor.view.dispatch(searchFor(editor.state, words))
    showMatch(editor)
  }
  return (
    <search className={classes.find} aria-label={c('find')}>
      <TextInput
        ref={input}
        size="xs"
        w={200}
        aria-label={t('findPlaceholder')}
        placeholder={t('findPlaceholder')}
        value={query}
        onChange={(event) => search(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Enter') goToMatch(editor, event.shiftKey ? -1 : 1)
          if (event.key === 'Escape') onClose()
        }}
        data-autofocus
      />
      <output className={classes.count}>
        {query === '' ? '' : count === 0 ? t('findNothing') : t('findCount', { current: current + 1, count })}
      </output>
      <ActionIcon
        size="md"
        aria-label={c('findPrevious')}
        title={c('findPrevious')}
        disabled={count === 0}
        onClick={() => goToMatch(editor, -1)}
      >
        <IconChevronUp size={16} stroke={1.5} />
      </ActionIcon>
      <ActionIcon
        size="md"
        aria-label={c('findNext')}
        title={c('findNext')}
        disabled={count === 0}
        onClick={() => goToMatch(editor, 1)}
      >
        <IconChevronDown size={16} stroke={1.5} />
      </ActionIcon>
      <ActionIcon size="md" aria-label={t('findClose')} title={t('findClose')} onClick={onClose}>
        <IconX size={16} stroke={1.5} />
      </ActionIcon>
    </search>
  )
}
