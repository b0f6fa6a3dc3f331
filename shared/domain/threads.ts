/** What becomes of threads; and their bounds, as each of them is looked for after every change of its text. */

/** What may become of a panel comment. */
export const dispositions = ['accepted', 'partly', 'notAccepted'] as const
export type DispositionDecision = (typeof dispositions)[number]

/** What may happen to a thread, as those who read it are told. `anchored`: its passage was found in another place. */
export const threadNews = ['created', 'answered', 'updated', 'anchored'] as const
export type ThreadNews = (typeof threadNews)[number]

/** In UTF-16 units. A longer passage is quoted by its beginning, or threads on whole chapters would be kept anew with each letter typed. */
export const maxQuotation = 4000

/** In one document. Far above what one person has to say at a time. */
export const maxOpenThreads = 200

/**
 * Whether a thread is resolved once people of these parties have said so: a joint one takes a person of each party that takes part in
 * its document, so that no side can put away what the other still has to say. Any other takes one person.
 */
export const isResolvedBy = <Party>(
  audience: string,
  said: readonly (Party | null)[],
  parties: readonly Party[],
): boolean => audience !== 'joint' || parties.every((party) => said.includes(party))
