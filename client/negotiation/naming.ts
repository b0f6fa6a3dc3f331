/** How parties, authors and what was said of a change are called, the same on cards, in lists and in the head of the text. */
import { useQuery } from '@tanstack/react-query'
import { initiative } from '#shared/domain/initiative.ts'
import type { Alternative } from '#shared/editor/changes/alternatives.ts'
import { readersQuery } from '#client/api/readers.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { negotiationMessages } from './messages.ts'

type Declined = Alternative['declined'][number]

/** When an alternative was last added to, in milliseconds since 1970. */
export const latestIn = ({ changes }: Alternative): number => Math.max(...changes.map(({ at }) => at))

export type Naming = {
  /** Null: of a text taken over from elsewhere, which says no party. */
  readonly party: (party: string | null) => string
  readonly parties: (parties: readonly string[]) => string
  readonly declined: (declined: Declined) => string
  /** Where the parties stand on an alternative, a sentence for each that has spoken. */
  readonly stances: (alternative: Pick<Alternative, 'accepted' | 'declined'>) => readonly string[]
}

export function useNaming(): Naming {
  const t = useMessages(negotiationMessages)
  const say = useLocalized()
  const party = (of: string | null) => {
    const { isParty, party: partyOf } = initiative()
    return isParty(of) ? say(partyOf(of).name) : (of ?? t('noParty'))
  }
  const declined = ({ party: by, reason }: Declined) =>
    reason === '' ? t('declinedBy', { party: party(by) }) : t('declinedBecause', { party: party(by), reason })
  return {
    party,
    parties: (all) => all.map(party).join(t('and')),
    declined,
    stances: ({ accepted, declined: turnedDown }) => [
      ...accepted.map((by) => t('acceptedBy', { party: party(by) })),
      ...turnedDown.map(declined),
    ],
  }
}

/** How the author of an alternative in a document is called; empty while that is not known. */
export function useAuthorOf(document: string): (alternative: Alternative) => string {
  const say = useLocalized()
  const { data: people = [] } = useQuery(readersQuery(document))
  return ({ changes: [{ user }] }) => {
    const author = people.find(({ id }) => id === user)
    return author === undefined ? '' : say(author.name)
  }
}
