/** Printing the text: alone, or with comments on purpose, whose readers are then named on every page. */
import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import type { DocumentDetail } from '#shared/api/documents.ts'
import type { Thread } from '#shared/api/threads.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { keysOf } from '#shared/domain/languages.ts'
import { audiences, can, circleFor, type Audience } from '#shared/domain/permissions.ts'
import { formatInCapitals } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { audienceLabel } from '#client/threads/audience.tsx'
import { threadMessages } from '#client/threads/messages.ts'
import { useThreads } from '#client/threads/queries.ts'
import { useFocusReturnAtOnce } from '#client/ui/focus-return.ts'
import { usePaper } from '#client/ui/print.ts'
import { Verbatim } from '#client/ui/words.tsx'
import { printingMessages } from './print-messages.ts'
import type { TextEditor } from '#client/editing/text-editor.ts'
import { ToolButton } from '#client/editing/tool-button.tsx'
import classes from './document.module.css'

export type Printing = {
  readonly document: DocumentDetail
  /** Those whose comments the reader may have printed. */
  readonly readable: readonly Audience[]
  /** Those whose comments are being printed. */
  readonly chosen: readonly Audience[]
  readonly print: (chosen: readonly Audience[]) => void
  readonly named: (chosen: readonly Audience[]) => string
}

/** What is printed of a document: its text alone, unless asked otherwise for this once. */
export function usePrinting(document: DocumentDetail, actor: Actor): Printing {
  const t = useMessages(printingMessages)
  const threads = useMessages(threadMessages)
  const say = useLocalized()
  const language = useLanguage()
  const [chosen, setChosen] = useState<readonly Audience[]>([])
  const [due, setDue] = useState(false)
  const named = (some: readonly Audience[]) =>
    some.map((audience) => audienceLabel(threads, audience, actor.party, language)).join(t('and'))
  usePaper(() => ({
    title: say(document.title),
    handling: document.handling,
    version: t('draft', { time: formatInCapitals(Date.now(), language, { withDay: true }) }),
    audience: chosen.length === 0 ? null : t('withComments', { audiences: named(chosen) }),
  }))
  useEffect(() => {
    const over = () => setChosen([])
    window.addEventListener('afterprint', over)
    return () => window.removeEventListener('afterprint', over)
  }, [])
  useEffect(() => {
    if (!due) return
    setDue(false)
    window.print()
  }, [due])
  return {
    document,
    readable: keysOf(audiences).filter((audience) => {
      const circle = circleFor(actor, audience)
      return circle !== null && can(actor, 'thread.read', { ...circle, document, author: null })
    }),
    chosen,
    print: (some) => {
      setChosen(some)
      setDue(true)
    },
    named,
  }
}

export function PrintTool({
  printing,
  shown,
  opened,
  onOpened,
}: {
  readonly printing: Printing
  /** Whether there is room for its button. */
  readonly shown: boolean
  readonly opened: boolean
  readonly onOpened: (opened: boolean) => void
}) {
  const t = useMessages(printingMessages)
  useFocusReturnAtOnce(opened)
  return (
    <>
      {shown ? (
        <ToolButton label={t('open')} onClick={() => onOpened(true)}>
          <IconPrinter size={18} stroke={1.5} />
        </ToolButton>
      ) : null}
      <Modal
        closeButtonProps={{ 'aria-label': t('cancel') }}
        opened={opened}
        onClose={() => onOpened(false)}
        title={t('title')}
      >
        <Choice printing={printing} onClose={() => onOpened(false)} />
      </Modal>
    </>
  )
}

function Choice({ printing, onClose }: { readonly printing: Printing; readonly onClose: () => void }) {
  const { document, readable, named, print } = printing
  const t = useMessages(printingMessages)
  const { threads } = useThreads(document.id)
  const [wanted, setWanted] = useState<readonly Audience[]>([])
  return (
    <Stack>
      <Text>{t('body')}</Text>
      {readable.length === 0 ? null : (
        <Stack gap="xs" role="group" aria-label={t('with')}>
          {readable.map((audience) => (
            <Checkbox
              key={audience}
              label={named([audience])}
              checked={wanted.includes(audience)}
              disabled={threads === undefined}
              onChange={({ currentTarget: { checked } }) =>
                setWanted(readable.filter((each) => (each === audience ? checked : wanted.includes(each))))
              }
            />
          ))}
          <Text size="sm" c="dimmed" role="status">
            {wanted.length === 0 ? t('none') : t('named', { words: t('withComments', { audiences: named(wanted) }) })}
          </Text>
        </Stack>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button
          data-autofocus
          onClick={() => {
            onClose()
            print(wanted)
          }}
        >
          {t('print')}
        </Button>
      </Group>
    </Stack>
  )
}

/** The comments that are printed behind the text; on the screen there is nothing of it. */
export function PrintedComments({ printing, text }: { readonly printing: Printing; readonly text: TextEditor }) {
  const { document, chosen, named } = printing
  const t = useMessages(printingMessages)
  const rows = useSyncExternalStore(text.outline.subscribe, text.outline.get)
  const { threads = [] } = useThreads(document.id)
  if (chosen.length === 0) return null
  const orderOf = ({ anchor }: Thread) => rows.findIndex(({ id }) => id === anchor?.clause)
  const printed = threads
    .filter(({ audience }) => chosen.includes(audience))
    .toSorted((a, b) => orderOf(a) - orderOf(b) || a.createdAt.localeCompare(b.createdAt))
  return (
    <section className={classes.printed} data-paper-only>
      <h2>{t('comments', { audiences: named(chosen) })}</h2>
      {printed.length === 0 ? <p>{t('nothing')}</p> : null}
      {printed.map((thread) => (
        <PrintedThread key={thread.id} thread={thread} readers={named([thread.audience])} text={text} />
      ))}
    </section>
  )
}

function PrintedThread({
  thread,
  readers,
  text,
}: {
  readonly thread: Thread
  readonly readers: string
  readonly text: TextEditor
}) {
  const t = useMessages(printingMessages)
  const say = useLocalized()
  const language = useLanguage()
  const { anchor, comments, status } = thread
  const clause = text.outline.get().find(({ id }) => id === anchor?.clause)
  const place = anchor === null ? t('whole') : (clause?.label[language] ?? '')
  const passage = (text.tracker.anchorOf(thread.id) ?? anchor)?.quote.exact
  const facts = [place, readers, ...(status === 'resolved' ? [t('resolved')] : [])].filter((fact) => fact !== '')
  return (
    <article>
      <h3>{facts.join(' · ')}</h3>
      {passage === undefined ? null : (
        <blockquote lang={anchor?.language}>
          <Verbatim>{text.tracker.orphans.get().has(thread.id) ? t('gone', { words: passage }) : passage}</Verbatim>
        </blockquote>
      )}
      {comments.map((comment) => (
        <div key={comment.id}>
          <p>
            <strong>{say(comment.author.name)}</strong> ·{' '}
            {formatInCapitals(comment.createdAt, language, { withDay: true })}
          </p>
          <p className={classes.printedWords}>
            <Verbatim>{comment.body}</Verbatim>
          </p>
          {comment.proposal === null ? null : (
            <p className={classes.printedWords}>
              <Verbatim>{t('proposal', { words: comment.proposal })}</Verbatim>
            </p>
          )}
        </div>
      ))}
    </article>
  )
}
