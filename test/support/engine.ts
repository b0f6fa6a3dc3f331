/** The sync engine on a log in memory and a manual clock, with a document of two clauses. */
import { pino, type Logger } from 'pino'
import * as Y from 'yjs'
import { bodyName } from '#shared/protocol/messages.ts'
import { appendJson, clauseJson } from '#shared/editor/clauses.ts'
import { localCluster } from '#server/cluster/local.ts'
import { createRooms } from '#server/sync/rooms.ts'
import type { ClientBinding, LogRow, UpdateLog } from '#server/storage/storage.ts'
import type { Check, EngineMetrics } from '#server/sync/types.ts'
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

type Options = { checks?: readonly Check[]; logger?: Logger }

export function startEngine(options: Options & { log?: MemoryLog } = {}) {
  const log = options.log ?? seededLog()
  return { ...startEngineOn(log, options), log }
}

/** The same over any log. */
export function startEngineOn(log: UpdateLog, options: Options = {}) {
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
    log,
    cluster,
    clock,
    metrics,
    logger: options.logger ?? pino({ level: 'silent' }),
    ...(options.checks ? { checks: options.checks } : {}),
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
