/** Fills an empty store with the demo initiative: eighteen documents, the talk about some of them, and the seats. */
import { personas } from '#shared/domain/actors.ts'
import { schemaVersion } from '#shared/domain/documents.ts'
import type { Storage } from '../storage/storage.ts'
import { ai } from './ai.ts'
import { buildState } from './builder.ts'
import { seededSnapshot, seededThreads } from './conversation.ts'
import { cybersecurity } from './cybersecurity.ts'
import { documentsOf } from './documents.ts'
import { exportControls } from './export-controls.ts'
import { investment } from './investment.ts'
import { semiconductors } from './semiconductors.ts'
import { supplyChain } from './supply-chain.ts'

const contents = [investment, exportControls, supplyChain, semiconductors, ai, cybersecurity]

/** The demo's texts were there for a while when the first visitor comes. */
const age = 3 * 24 * 60 * 60 * 1000

/**
 * Seats the personas, and seeds the demo if the store holds no document. Says whether it seeded. All of it comes in one
 * transaction: a start that is cut short leaves no document, and the next one seeds.
 */
export async function seedDemo(storage: Storage, now: number): Promise<boolean> {
  await storage.members.put(personas)
  if ((await storage.documents.list()).length > 0) return false
  const documents = contents
    .flatMap((content) => documentsOf(content).map((document) => ({ ...document, group: content.group })))
    .map(({ nodes, ...document }, index) => ({
      ...document,
      schemaVersion,
      // One after the other, as lists show them.
      createdAt: now - age + index,
      createdBy: null,
      // Unlike that of any earlier seeding: a copy that a browser kept from before a reset must not be merged.
      epoch: Math.floor(now / 1000),
      ...buildState(nodes),
    }))
  const texts = new Map(documents.map(({ id, state }) => [id, state]))
  const mou = texts.get('semiconductors-mou')
  // Before it is done: of what is in the store, the audit has told.
  await storage.audit.append({
    at: now,
    actor: null,
    action: 'demo.seed',
    subject: 'initiative',
    detail: { documents: documents.length },
  })
  return await storage.documents.create(documents, {
    threads: seededThreads(texts, now),
    snapshots: mou === undefined ? [] : [seededSnapshot('semiconductors-mou', mou, now)],
  })
}
