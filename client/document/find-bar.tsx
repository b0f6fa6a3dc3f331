/** The find bar: looks for words in the text, counts them, and goes from one to the next. */
import { ActionIcon, TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react'
import { useEditorState } from '@tiptap/react'
import type { Editor } from '@tiptap/core'
import { useEffect, useRef } from 'react'
import { findState, searchFor, stepMatch } from '#client/editor/find.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { documentMessages } from './messages.ts'
import { scrollToPosition } from './scrolling.ts'
import classes from './document.module.css'

/** Goes to the next or previous match and shows it. */
export function goToMatch(editor: Editor, by: 1 | -1): void {
  editor.view.dispatch(stepMatch(editor.state, by))
  showMatch(editor)
}

function showMatch(editor: Editor): void {
  const { matches, current } = findState(editor.state)
  const match = matches[current]
  if (match) scrollToPosition(editor.view, match.from)
}

export function FindBar({ editor, onClose }: { readonly editor: Editor; readonly onClose: () => void }) {
  const t = useMessages(documentMessages)
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
    <search className={classes.find} aria-label={t('find')}>
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
        aria-label={t('findPrevious')}
        title={t('findPrevious')}
        disabled={count === 0}
        onClick={() => goToMatch(editor, -1)}
      >
        <IconChevronUp size={16} stroke={1.5} />
      </ActionIcon>
      <ActionIcon
        size="md"
        aria-label={t('findNext')}
        title={t('findNext')}
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
