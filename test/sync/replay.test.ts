/** Any moment of a text, rebuilt from the log. */
import { afterAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { createReplay } from '#server/history/replay.ts'
import { systemClock } from '#server/jobs/clock.ts'
import { createPool } from '#server/work/pool.ts'
import { createTimelines } from '#server/history/timeline.ts'
import { initiative, type Party } from '#shared/domain/initiative.ts'
import type { DocumentRecord } from '#server/storage/storage.ts'
import { editAtRandom } from '../support/editor-peer.ts'
import { document, seededLog, seedState } from '../support/engine.ts'
import type { MemoryLog } from '../support/memory-log.ts'
import { random } from '../support/random.ts'
import { groupId, partyId } from '#test/support/initiative.ts'

const record = (log: MemoryLog): DocumentRecord => ({
  id: document,
  group: groupId('ai'),
  kind: 'mou',
  title: { en: 'A text', ja: '文書' },
  parties: initiative().parties,
  delegation: null,
  forkOf: null,
  panelOpen: false,
  panelSince: null,
  handling: '',
  phase: 'drafting',
  archived: false,
  epoch: 1,
  schemaVersion: 1,
  createdAt: 0,
  createdBy: null,
  head: log.documents.get(document)?.rows.length ?? 0,
  changedAt: 0,
  changedBy: null,
})

/** A log of random edits by two users, and the text as it was after each of its rows. */
function lived(seed: number, edits: number) {
  const chance = random(seed)
  const log = seededLog()
  const doc = new Y.Doc()
  Y.applyUpdate(doc, seedState().state)
  const body = doc.getXmlFragment(bodyName)
  const texts = [bodyToJson(body)]
  let ids = 0
  doc.on('update', (bytes: Uint8Array) => {
    const rows = log.documents.get(document)?.rows
    rows?.push({ user: chance.pick(['us-cochair-ai', 'jp-cochair-ai', null]), at: rows.length * 1000, bytes })
    texts.push(bodyToJson(body))
  })
  for (let edit = 0; edit < edits; edit += 1) {
    editAtRandom(body, chance, () => `00000000-0000-4000-c000-${String((ids += 1)).padStart(12, '0')}`)
  }
  return { log, texts, chance }
}

const pool = createPool(systemClock)
afterAll(() => pool.stop())

describe('history', () => {
  for (const seed of [1, 2, 3]) {
    test(`[S15] every moment is rebuilt exactly, in any order and several at once, seed ${seed}`, async () => {
      const { log, texts, chance } = lived(seed, 250)
      // States are kept so close together that walks back begin at them, and old ones are given up.
      const replay = createReplay(log, pool.replay, { apart: seed * 5 })
      const head = texts.length
      const asked = Array.from({ length: 40 }, () => chance.int(1, head))
      const moments = await Promise.all(asked.map((seq) => replay.at(record(log), seq)))
      for (const [index, seq] of asked.entries()) {
        expect(moments[index]?.row.seq).toBe(seq)
        expect(JSON.parse(moments[index]?.content ?? '')).toEqual(texts[seq - 1])
      }
      expect(await replay.at(record(log), head + 1)).toBeNull()
      expect(await replay.at(record(log), 0)).toBeNull()
    })
  }

  test('[S15] after a failure the next moment is whole again', async () => {
    const { log, texts } = lived(4, 100)
    let failing = true
    const failingLog: typeof log = {
      ...log,
      history: (id, range) => (failing ? Promise.reject(new Error('unreadable')) : log.history(id, range)),
    }
    const replay = createReplay(failingLog, pool.replay)
    await expect(replay.at(record(log), 50)).rejects.toThrow('unreadable')
    failing = false
    expect(JSON.parse((await replay.at(record(log), 50))?.content ?? '')).toEqual(texts[49])
    // What is no update fails the moments behind it, and no others.
    const broken = log.documents.get(document)?.rows[59]
    if (broken !== undefined) Object.assign(broken, { bytes: new Uint8Array([9, 9, 9]) })
    await expect(replay.at(record(log), 70)).rejects.toThrow('could not be done')
    expect(JSON.parse((await replay.at(record(log), 59))?.content ?? '')).toEqual(texts[58])
  })

  test('[S15] a timeline counts each change once, for its side, in at most 400 stretches', async () => {
    const { log } = lived(5, 900)
    const timelines = createTimelines(log)
    const partyOf = (user: string | null) =>
      user === 'us-cochair-ai' ? partyId('us') : user === 'jp-cochair-ai' ? partyId('jp') : null
    const marks = await timelines.marks(record(log), partyOf)
    const rows = log.documents.get(document)?.rows ?? []
    expect(marks.length).toBeLessThanOrEqual(400)
    expect(marks.at(-1)?.lastSeq).toBe(rows.length)
    const total = (party: Party | null) =>
      marks
        .flatMap(({ changes }) => changes)
        .reduce((sum, change) => sum + (change.party === party ? change.count : 0), 0)
    for (const party of [partyId('us'), partyId('jp'), null]) {
      expect(total(party)).toBe(rows.filter(({ user }) => partyOf(user) === party).length)
    }
    const again = await Promise.all([timelines.marks(record(log), partyOf), timelines.marks(record(log), partyOf)])
    expect(again).toEqual([marks, marks])
  })
})
