/** The rules of drafting and negotiating that every change of a text is held to. */
import { progressAttributes } from '#shared/domain/documents.ts'
import type { Check, TextChange } from '../sync/checks.ts'
import type { Clock } from '../sync/types.ts'
import { heal } from './heal.ts'
import { judgeChange, touchesPending } from './judge.ts'
import { objections, type Judging } from './rules.ts'

/** Nothing in a text that is agreed or put away changes, whoever's hand is behind it. */
const closedText: Check = {
  concerns: ({ phase, archived }) => phase === 'agreed' || archived,
  judge: ({ policy }) =>
    policy.archived
      ? 'This document is archived: bring it back to change its text.'
      : 'This text is agreed and closed.',
}

/** How far the clock of whoever suggests may be ahead, in milliseconds. */
const clockSkew = 300_000

/** What others have suggested stands, in every phase; and while a text is negotiated, so does its base. */
const suggestions = (clock: Pick<Clock, 'now'>): Check => {
  const judgingOf = ({ author: { id, party }, policy }: TextChange): Judging => ({
    author: { party, user: id },
    negotiating: policy.phase === 'negotiating',
    progress: progressAttributes,
    latest: clock.now() + clockSkew,
  })
  return {
    concerns: ({ phase, archived }) => phase !== 'agreed' && !archived,
    judge: (change) => {
      const judging = judgingOf(change)
      if (change.settlement || !(judging.negotiating || touchesPending(change.transaction))) return null
      const objection = judgeChange(change, judging)
      return objection === null ? null : objections[objection]
    },
    heal: (change) => {
      const { author, negotiating } = judgingOf(change)
      return !change.settlement && heal(change, author, negotiating)
    },
  }
}

export const textChecks = (clock: Pick<Clock, 'now'>): readonly Check[] => [closedText, suggestions(clock)]
