/** The sync engine on a log in memory and a manual clock, with a document of two clauses. */
import { pino, type Logger } from 'pino'
import * as Y from 'yjs'
import { bodyName } from '#shared/protocol/messages.ts'
import { appendJson, clauseJson } from '#shared/editor/clauses.ts'
import { localCluster } from '#server/cluster/local.ts'
import { createRooms } from '#server/sync/rooms.ts'
import type { ClientBinding, LogRow, Storage } from '#server/storage/storage.ts'
import type { Check } from '#server/sync/checks.ts'
import type { EngineMetrics } from '#server/sync/types.ts'
import { manualClock, memoryLog, type MemoryLog } from './memory-log.ts'

export const document = 'ai-mou'
export const clauseIds = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as const

const words = (text: string) => [{ type: 'paragraph', content: [{ type: 'text', text }] }]

/** The state of a document with two articles, in both languages. */
export function seedState(): { state: Uint8Array; clientId: number } {
  const doc = new Y.Doc()
  doc.clientID = 7
  appendJson(
    doc.getXmlFragment(bodyName),
    clauseIds.map((id, index) =>
      clauseJson(
        { id, kind: 'article' },
        { en: words(`Article ${index + 1} in English`), ja: words(`第${index + 1}条の日本語`) },
      ),
    ),
    null,
  )
  return { state: Y.encodeStateAsUpdate(doc), clientId: 7 }
}

/** The first text of the document, in which lines stand. */
export function firstTextOf(doc: Y.Doc): Y.XmlElement {
  const clause = doc.getXmlFragment(bodyName).get(0)
  const text = clause instanceof Y.XmlElement ? clause.get(0) : null
  if (!(text instanceof Y.XmlElement)) throw new Error('There is a text')
  return text
}

/** Which item that is. */
export const firstTextId = ((): readonly [number, number] => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, seedState().state)
  const item = firstTextOf(doc)._item
  if (item === null) throw new Error('A text stands in a clause')
  return [item.id.client, item.id.clock]
})()

const wordLength = 20

/** Rows that one user adds to that document, a character each, word before word in its first text; and whose client wrote them. */
export function typedRows(
  count: number,
  user = 'us-cochair-ai',
): { rows: LogRow[]; clients: ClientBinding[]; doc: Y.Doc } {
  const doc = new Y.Doc({ gc: false })
  Y.applyUpdate(doc, seedState().state)
  const rows: LogRow[] = []
  doc.on('update', (bytes: Uint8Array) => rows.push({ user, at: 1_800_000_000_000 + rows.length, bytes }))
  const text = textOf(doc.getXmlFragment(bodyName), 0, 'en')
  for (let typed = 0; typed < count; typed += 1) {
    text.insert(
      typed % wordLength,
      typed % wordLength === wordLength - 1 ? ' ' : String.fromCharCode(97 + ((typed * 7) % 26)),
    )
  }
  return { rows, clients: [{ clientId: doc.clientID, user }], doc }
}

export function seededLog(): MemoryLog {
  const log = memoryLog()
  const { state, clientId } = seedState()
  log.create(document, state, [{ clientId, user: null }])
  return log
}

/** A check of every text, whatever its policy. */
export const always = (check: Omit<Check, 'concerns'>): Check => ({ concerns: () => true, ...check })

type Options = { checks?: readonly Check[]; logger?: Logger }

export function startEngine(options: Options & { log?: MemoryLog } = {}) {
  const log = options.log ?? seededLog()
  return { ...startEngineOn(log, options), log }
}

/** The same over any store. */
export function startEngineOn(store: Pick<Storage, 'log' | 'transact'>, options: Options = {}) {
  const clock = manualClock()
  const cluster = localCluster()
  const counts = { rooms: 0, sessions: 0, refused: [] as string[], failed: [] as string[], unsaved: 0 }
  const metrics: EngineMetrics = {
    rooms: (delta) => {
      counts.rooms += delta
    },
    sessions: (delta) => {
      counts.sessions += delta
    },
    committed: () => {},
    sent: () => {},
    refused: (reason) => {
      counts.refused.push(reason)
    },
    storageFailed: (step) => {
      counts.failed.push(step)
    },
    unsaved: (delta) => {
      counts.unsaved += delta
    },
  }
  const rooms = createRooms({
    store,
    cluster,
    clock,
    metrics,
    logger: options.logger ?? pino({ level: 'silent' }),
    checks: options.checks ?? [],
  })
  return { rooms, clock, cluster, counts }
}

/** The text of clause `index` in a language. */
export function textOf(body: Y.XmlFragment, index: number, language: 'en' | 'ja'): Y.XmlText {
  const clause = body.get(index)
  const text = clause instanceof Y.XmlElement ? clause.get(language === 'en' ? 0 : 1) : null
  const paragraph = text instanceof Y.XmlElement ? text.get(0) : null
  const run = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null
  if (!(run instanceof Y.XmlText)) throw new Error(`Clause ${index} has no ${language} text`)
  return run
}
