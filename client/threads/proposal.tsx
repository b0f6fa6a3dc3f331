/** A proposed wording in its comment: what it would replace, how the passage reads now, and putting it into the text. */
import { Button, Group } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { useState } from 'react'
import type { Comment, Thread } from '#shared/api/threads.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { runTogether, proposalState, type ProposalState } from './apply.ts'
import { threadMessages } from './messages.ts'
import { Comparison, type Wording } from './wording.tsx'
import classes from './threads.module.css'

export function Proposal({
  thread,
  comment,
  now,
  mayApply,
  onApply,
}: {
  readonly thread: Thread
  readonly comment: Comment
  /** How the passage reads in the text; null if it is gone. */
  readonly now: string | null
  readonly mayApply: boolean
  /** Replaces the passage if it still reads `expected`. */
  readonly onApply: (wording: string, expected: string) => void
}) {
  const t = useMessages(threadMessages)
  // Words that were agreed to be replaced; if they change under the question it is a new question.
  const [asked, setAsked] = useState<string | null>(null)
  const { proposal, replaces } = comment
  if (proposal === null) return null
  const state = proposalState(comment, now)
  const settled = thread.disposition !== null && state !== 'ready'
  const open = state === 'changed' && !settled
  const offered = mayApply && now !== null && (state === 'ready' || open) && !rejected(thread)
  const language = thread.anchor?.language ?? null
  const asking = offered && open && asked === now
  return (
    <div className={classes.proposal}>
      {open ? (
        <p className={classes.caution}>
          <IconAlertTriangle size={15} stroke={1.75} aria-hidden />
          {t('changedSince')}
        </p>
      ) : null}
      <Comparison {...linesOf(state, open)} language={language} />
      {state === 'applied' ? (
        <span className={classes.inText}>
          <IconCheck size={14} stroke={1.75} aria-hidden />
          {t('inText')}
        </span>
      ) : null}
      {state === 'gone' && thread.anchor !== null ? <p className={classes.meta}>{t('goneSince')}</p> : null}
      {offered && !asking ? (
        <Button
          size="compact-sm"
          variant={open ? 'default' : 'light'}
          className={classes.above}
          onClick={() => (open ? setAsked(now) : onApply(proposal, now))}
        >
          {t('apply')}
        </Button>
      ) : null}
      {asking ? (
        <div className={classes.asking} role="alert">
          <p>{t('applyQuestion')}</p>
          <Group gap="xs">
            <Button size="compact-sm" variant="default" onClick={() => setAsked(null)}>
              {t('cancel')}
            </Button>
            <Button
              size="compact-sm"
              onClick={() => {
                setAsked(null)
                onApply(proposal, now)
              }}
            >
              {t('applyAnyway')}
            </Button>
          </Group>
        </div>
      ) : null}
    </div>
  )

  function linesOf(
    at: ProposalState,
    undecided: boolean,
  ): { earlier?: Wording; before: Wording | null; after: Wording } {
    const after = { label: t(at === 'ready' || undecided ? 'newWording' : 'proposal'), words: proposal ?? '' }
    const then = replaces === null || replaces === runTogether(after.words) ? null : replaces
    if (at === 'ready' && now !== null) return { before: { label: t('oldWording'), words: now }, after }
    if (undecided && now !== null) {
      const before = { label: t('oldWording'), words: now }
      return then === null ? { before, after } : { earlier: { label: t('thenWording'), words: then }, before, after }
    }
    const label = t(at === 'applied' ? 'replacedWording' : 'thenWording')
    return { before: then === null ? null : { label, words: then }, after }
  }
}

const rejected = ({ disposition }: Thread) => disposition?.decision === 'notAccepted'
