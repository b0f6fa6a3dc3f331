/** The sync engine on a log in memory and a manual clock, with a document of two clauses. */
import { pino } from 'pino'
import * as Y from 'yjs'
import { bodyName } from '#shared/protocol/messages.ts'
import { appendJson, clauseJson } from '#shared/editor/clauses.ts'
import { localCluster } from '#server/cluster/local.ts'
import { createRooms } from '#server/sync/rooms.ts'
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

export function seededLog(): MemoryLog {
  const log = memoryLog()
  const { state, clientId } = seedState()
  log.create(document, state, [{ clientId, user: null }])
  return log
}

export function startEngine(options: { log?: MemoryLog; checks?: readonly Check[] } = {}) {
  const log = options.log ?? seededLog()
  const clock = manualClock()
  const cluster = localCluster()
  const counts = { rooms: 0, sessions: 0, refused: [] as string[] }
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
  }
  const rooms = createRooms({
    log,
    cluster,
    clock,
    metrics,
    logger: pino({ level: 'silent' }),
    ...(options.checks ? { checks: options.checks } : {}),
  })
  return { rooms, log, clock, cluster, counts }
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
