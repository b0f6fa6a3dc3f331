/** Answering in a thread. What is typed stays when the card is closed, and comes back if it could not be sent. */
import { Group } from '@mantine/core'
import type { Person } from '#shared/api/common.ts'
import type { Thread } from '#shared/api/threads.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { SendButton } from './audience.tsx'
import type { ThreadEvents } from './card.ts'
import { threadMessages } from './messages.ts'
import { mentionsIn } from './people.ts'
import { WordsInput } from './words-input.tsx'
import classes from './threads.module.css'

export function Reply({
  thread,
  people,
  body,
  onChange: setBody,
  onSent,
  events,
}: {
  readonly thread: Thread
  readonly people: readonly Person[]
  readonly body: string
  readonly onChange: (body: string) => void
  readonly onSent: () => void
  readonly events: ThreadEvents
}) {
  const t = useMessages(threadMessages)
  const send = () => {
    const words = body.trim()
    if (words === '') return
    onSent()
    events
      .reply(thread.id, { body: words, proposal: null, mentions: mentionsIn(words, people) })
      .catch(() => setBody(words))
  }
  return (
    <div className={classes.reply}>
      <WordsInput
        value={body}
        label={t('reply')}
        placeholder={t('replyPlaceholder')}
        people={people}
        onChange={setBody}
        onSend={send}
      />
      {body.trim() === '' ? null : (
        <Group gap="xs" justify="flex-end" mt={6}>
          <SendButton size="compact-sm" audience={thread.audience} party={thread.party} onClick={send} />
        </Group>
      )}
    </div>
  )
}
