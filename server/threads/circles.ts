/**
 * Who reads a thread: the same people read all threads of one circle of a document. What is kept of threads and what is done about
 * them is kept and done for each circle by itself, so that nobody waits for the threads of others.
 */
import type { Actor } from '#shared/domain/actors.ts'
import { derived } from '#shared/domain/initiative.ts'
import { can, type Circle, type DocumentSubject } from '#shared/domain/permissions.ts'

/** All circles that a document's threads may have. */
export const allCircles: () => readonly Circle[] = derived(({ parties }) => [
  { audience: 'joint', party: null },
  { audience: 'panel', party: null },
  ...parties.map((party): Circle => ({ audience: 'delegation', party })),
])

/** The circles of a document that the actor is in. */
export const circlesOf = (actor: Actor, document: DocumentSubject): readonly Circle[] =>
  allCircles().filter((circle) => can(actor, 'thread.read', { document, ...circle, author: null }))

/** A circle as a key of maps. */
export const keyOf = ({ audience, party }: Circle): string => (party === null ? audience : `${audience} ${party}`)
