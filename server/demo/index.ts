/** Fills an empty store with the demo initiative: eighteen documents, the talk about some of them, and the seats. */
import { initiative } from '#shared/domain/initiative.ts'
import { personas, seatName } from '#shared/domain/actors.ts'
import { schemaVersion } from '#shared/domain/documents.ts'
import { commit } from '../storage/commit.ts'
import type { Storage, Write } from '../storage/storage.ts'
import { ai } from './ai.ts'
import { firstState } from '../sync/first-state.ts'
import { seededSnapshot, seededThreads } from './conversation.ts'
import type { GroupContent } from './content.ts'
import { cybersecurity } from './cybersecurity.ts'
import { documentsOf } from './documents.ts'
import { exportControls } from './export-controls.ts'
import { investment } from './investment.ts'
import { semiconductors } from './semiconductors.ts'
import { supplyChain } from './supply-chain.ts'

/** What the demo holds is written for the shipped initiative: for another one, its groups begin with nothing. */
function isWrittenForIt({ group, targets, actions }: GroupContent): boolean {
  const { isGroup, isAgency } = initiative()
  return isGroup(group) && [...targets, ...actions].every(({ owner }) => isAgency(owner.us) && isAgency(owner.jp))
}

const contents = [investment, exportControls, supplyChain, semiconductors, ai, cybersecurity]

/** The demo's texts were there for a while when the first visitor comes. */
const age = 3 * 24 * 60 * 60 * 1000

/**
 * Seats the personas, and seeds the demo if the store holds no document. Says whether it seeded. All of it comes in one
 * transaction: a start that is cut short leaves no document, and the next one seeds.
 */
export async function seedDemo(storage: Storage, now: number): Promise<boolean> {
  const seats = await unseated(storage, now)
  if ((await storage.documents.list()).length > 0 || !contents.every(isWrittenForIt)) {
    if (seats.length > 0) await commit(storage, { writes: seats })
    return false
  }
  const documents = contents
    .flatMap((content) => documentsOf(content))
    .map(({ nodes, ...document }, index) => ({
      ...document,
      schemaVersion,
      // One after the other, as lists show them.
      createdAt: now - age + index,
      createdBy: null,
      // Unlike that of any earlier seeding: a copy that a browser kept from before a reset must not be merged.
      epoch: Math.floor(now / 1000),
      ...firstState(nodes),
    }))
  const texts = new Map(documents.map(({ id, state }) => [id, state]))
  const mou = texts.get('semiconductors-mou')
  await commit(storage, {
    writes: [
      ...seats,
      ...documents.map((document): Write => ({ type: 'createDocument', document })),
      ...seededThreads(texts, now).map((thread): Write => ({ type: 'createThread', thread })),
      ...(mou === undefined
        ? []
        : [{ type: 'takeSnapshot' as const, snapshot: seededSnapshot('semiconductors-mou', mou, now) }]),
    ],
    audit: [
      { at: now, actor: null, action: 'demo.seed', subject: 'initiative', detail: { documents: documents.length } },
    ],
  })
  return true
}

/** Seats the personas that have no seat yet, as after the definition of the initiative has changed. */
export async function seatPersonas(storage: Storage, now: number): Promise<void> {
  const writes = await unseated(storage, now)
  if (writes.length > 0) await commit(storage, { writes })
}

/** What makes users with their seats of the personas that are none yet. */
async function unseated(storage: Storage, now: number): Promise<Write[]> {
  const seated = new Set((await storage.people.users()).map(({ id }) => id))
  return personas()
    .filter(({ user }) => !seated.has(user))
    .flatMap((persona): Write[] => [
      { type: 'createUser', user: { id: persona.user, name: seatName(persona).en, createdAt: now, demo: true } },
      { type: 'createMembership', membership: { ...persona, from: now - age, until: null, by: null } },
    ])
}
