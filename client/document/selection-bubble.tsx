/** What is offered beside selected words: to comment on them, and to see who wrote them. */
import { IconMessagePlus } from '@tabler/icons-react'
import { useAsk } from '#client/editing/ask.ts'
import { commandMessages } from '#client/editing/command-messages.ts'
import { useEditorSession } from '#client/editing/session.ts'
import { WhoButton, type HistoryTools } from '#client/history/tools.tsx'
import { useMessages } from '#client/i18n/messages.ts'
import { CommentBubble } from './comment-bubble.tsx'

export function SelectionBubble({ history }: { readonly history: HistoryTools }) {
  const c = useMessages(commandMessages)
  const { text } = useEditorSession()
  const ask = useAsk()
  return (
    <CommentBubble
      editor={text.editor}
      onComment={() => ask.run('comment')}
      label={c('comment')}
      icon={<IconMessagePlus size={16} stroke={1.5} />}
      beside={<WhoButton history={history} text={text} />}
    />
  )
}
