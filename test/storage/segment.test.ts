/** What a packed history costs: real updates of two people who type, delete and move about. */
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import type { HistoryRow } from '#server/storage/storage.ts'
import { decodeSegment, encodeSegment } from '#server/storage/segment.ts'
import { random } from '../support/random.ts'

test('[S15] a packed history costs at most a quarter of its raw update bytes', async () => {
  const chance = random(1)
  const docs = [new Y.Doc(), new Y.Doc()]
  const rows: HistoryRow[] = []
  let at = 1_790_000_000_000
  for (const [index, doc] of docs.entries()) {
    doc.on('update', (bytes: Uint8Array, origin: unknown) => {
      if (origin === 'other') return
      rows.push({ seq: rows.length + 1, user: index === 0 ? 'us-cochair-ai' : 'jp-cochair-ai', at, bytes })
      const other = docs[1 - index]
      if (other !== undefined) Y.applyUpdate(other, bytes, 'other')
    })
  }
  docs[0]?.getText('t').insert(0, 'The Participants intend to share information. '.repeat(50))
  const carets = [10, 200]
  for (let edit = 0; edit < 8191; edit += 1) {
    const index = chance.int(0, 1)
    const text = docs[index]?.getText('t')
    if (text === undefined) continue
    at += chance.int(40, 340)
    let caret = Math.min(chance.int(0, 49) === 0 ? chance.int(0, text.length) : (carets[index] ?? 0), text.length)
    if (chance.int(0, 7) === 0 && caret > 1) text.delete((caret -= 1), 1)
    else text.insert((caret += 1) - 1, chance.pick('abcdefghijklmno pqrs協力覚書の参加者'.split('')))
    carets[index] = caret
  }
  const raw = rows.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const segment = await encodeSegment(rows)
  expect(rows).toHaveLength(8192)
  expect(segment.length / raw).toBeLessThan(0.25)
  expect(await decodeSegment(segment)).toEqual(rows)
})

test('[K14] rows that do not follow on one another are not packed, and bytes that are no segment are not read', async () => {
  const row: HistoryRow = { seq: 1, user: null, at: 0, bytes: new Uint8Array([1, 2]) }
  await expect(encodeSegment([])).rejects.toThrow(RangeError)
  await expect(encodeSegment([row, { ...row, seq: 3 }])).rejects.toThrow(RangeError)
  await expect(decodeSegment(new Uint8Array([9, 1, 2]))).rejects.toThrow(RangeError)
})
