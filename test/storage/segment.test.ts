/** What a packed history costs, and that it gives back every byte: real updates of people at work, and rows that are no updates. */
import * as encoding from 'lib0/encoding'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { bodyName } from '#shared/protocol/messages.ts'
import { readColumns, writeColumns } from '#server/storage/columns.ts'
import { decodeSegment, encodeSegment } from '#server/storage/segment.ts'
import type { HistoryRow } from '#server/storage/storage.ts'
import { putTogether, takeApart } from '#server/storage/update-parts.ts'
import { editAtRandom } from '../support/editor-peer.ts'
import { seedState } from '../support/engine.ts'
import { lifeKeys, lived } from '../support/lives.ts'
import { random } from '../support/random.ts'

const rawBytes = (rows: readonly HistoryRow[]) => rows.reduce((sum, { bytes }) => sum + bytes.length, 0)

describe('what people do', () => {
  test.each(lifeKeys.flatMap((life) => [400, 4096].map((rows) => [life, rows] as const)))(
    '[S15] %s, packed by %i rows, costs at most a quarter of its raw update bytes, and comes back exactly',
    async (life, count) => {
      const { rows } = lived(life, 1, count)
      const segment = await encodeSegment(rows)
      expect(segment.length / rawBytes(rows)).toBeLessThan(0.25)
      expect(await decodeSegment(segment)).toEqual(rows)
    },
  )

  for (const seed of [1, 2]) {
    test(`[K14] [S15] lists, tables, marks, moved clauses and fields come back exactly, seed ${seed}`, async () => {
      const chance = random(seed)
      const doc = new Y.Doc()
      Y.applyUpdate(doc, seedState().state)
      const rows: HistoryRow[] = []
      doc.on('update', (bytes: Uint8Array) => {
        // Two updates at once hold gaps and deletions in the middle, as what is merged under load does.
        const merged = rows.length % 9 === 8 ? Y.mergeUpdates([bytes, rows.at(-1)?.bytes ?? bytes]) : bytes
        rows.push({ seq: rows.length + 5, user: chance.pick(['us', 'jp', null]), at: chance.int(-9, 9), bytes: merged })
      })
      for (let edit = 0; edit < 400; edit += 1) {
        if (edit % 40 === 39) doc.clientID = chance.int(1, 0x7fffffff)
        editAtRandom(
          doc.getXmlFragment(bodyName),
          chance,
          () => `00000000-0000-4000-c000-${String(edit).padStart(12, '0')}`,
        )
      }
      expect(rows.every(({ bytes }) => takeApart(bytes) !== null)).toBe(true)
      expect(await decodeSegment(await encodeSegment(rows))).toEqual(rows)
    })
  }
})

describe('anything else', () => {
  test('[K14] numbers of any size and sign come back exactly, and those of everyday size in the fewest bytes', () => {
    const small = [0, -1, 1, 63, -64, 64, -65, 8191, -8192, 8192]
    const large = [2 ** 31, -(2 ** 31), 2 ** 52 + 1, -(2 ** 52) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]
    const columns = writeColumns(0)
    for (const each of [...small, ...large]) columns.signed('clock', each)
    const encoded = columns.encoded()
    const read = readColumns(encoded, 0)
    for (const each of [...small, ...large]) expect(read.signed('clock', undefined)).toBe(each)
    expect(() => read.signed('clock', undefined)).toThrow(RangeError)
    // As earlier versions wrote them.
    const earlier = encoding.encode((encoder) => {
      for (const each of small) encoding.writeVarUint(encoder, each < 0 ? -2 * each - 1 : 2 * each)
    })
    expect(Buffer.from(encoded[0]).includes(Buffer.from(earlier))).toBe(true)
  })

  test('[K14] every kind of content that Yjs knows is taken apart and put together again', () => {
    const doc = new Y.Doc()
    doc.clientID = 0xffffffff
    const map = doc.getMap('map')
    const text = doc.getText('text')
    const states: Uint8Array[] = []
    doc.on('update', (bytes: Uint8Array) => states.push(bytes))
    map.set('any', [1.5, null, { deep: ['x'] }, true, 12n, new Uint8Array([1, 2])])
    map.set('binary', new Uint8Array([9, 9]))
    map.set('sub', new Y.Doc({ guid: 'below' }))
    map.set('hook', new Y.XmlHook('hook'))
    map.set('element', new Y.XmlElement('clause'))
    text.insertEmbed(0, { image: '協' })
    text.insert(0, '吉𠮷👨‍👩‍👧', { bold: { deep: true } })
    text.delete(1, 3)
    states.push(Y.encodeStateAsUpdate(doc), Y.encodeStateAsUpdate(new Y.Doc()))
    states.push(Y.diffUpdate(Y.encodeStateAsUpdate(doc), new Uint8Array([1, 255, 255, 255, 255, 15, 3])))
    for (const bytes of states) {
      const parts = takeApart(bytes)
      expect(parts && putTogether(parts)).toEqual(bytes)
    }
  })

  test('[K14] rows that are no updates, or not as Yjs writes them, come back exactly, seed 3', async () => {
    const chance = random(3)
    const real = lived('typing both', 3, 200).rows
    const rows = real.map((row): HistoryRow => {
      const bytes = row.bytes.slice()
      const [place, what] = [chance.int(0, bytes.length - 1), chance.int(0, 5)]
      if (what === 0) bytes[place] = chance.int(0, 255)
      if (what === 1) return { ...row, bytes: bytes.subarray(0, place) }
      if (what === 2) return { ...row, bytes: new Uint8Array([...bytes, 0]) }
      // The number 1 in two bytes.
      if (what === 3) return { ...row, bytes: new Uint8Array([0x81, 0x00, ...bytes.subarray(1)]) }
      return { ...row, bytes }
    })
    const kept = await decodeSegment(await encodeSegment(rows))
    expect(kept.map(({ bytes, ...row }) => ({ ...row, bytes: [...bytes] }))).toEqual(
      rows.map(({ bytes, ...row }) => ({ ...row, bytes: [...bytes] })),
    )
  })

  test('[K14] rows that do not follow on one another are not packed, and bytes that are no segment are not read', async () => {
    const row: HistoryRow = { seq: 1, user: null, at: 0, bytes: new Uint8Array([1, 2]) }
    await expect(encodeSegment([])).rejects.toThrow(RangeError)
    await expect(encodeSegment([row, { ...row, seq: 3 }])).rejects.toThrow(RangeError)
    await expect(decodeSegment(new Uint8Array([9, 1, 2]))).rejects.toThrow(RangeError)
    const segment = await encodeSegment(lived('typing both', 4, 50).rows)
    for (let cut = 1; cut < segment.length; cut += 7) {
      await expect(decodeSegment(segment.subarray(0, cut))).rejects.toThrow(Error)
    }
  })

  test('[K14] a segment that an earlier version packed is still read', async () => {
    const earlier =
      'ARuXAAAcqVFfzO5seQ8cxc8FGFEXhBvtthvCBAaCN4ciJJtCSbLNuhKVLklSFzIh6VKiJ/tnsy7UbF2IotyQjE6O9POD4L+2FrXMQoolcBweRf7Ijq8lTUze4+cc9Nh+aJxL3wVAjNVPtPhqksSsOvjvpyhvukSTQW6+DT0VSFLUas/CJg030O4A'
    const rows = [
      [2, 'us-cochair-ai', 137, 'AQH8+Yz3BgBEofDvsAMEAUEA'],
      [3, 'jp-cochair-ai', 198, 'AQHTqN7xBgBEofDvsAMbAVAA'],
      [4, 'jp-cochair-ai', 443, 'AAHTqN7xBgEAAQ=='],
      [5, 'jp-cochair-ai', 522, 'AQHTqN7xBgHE06je8QYAofDvsAMbAVAA'],
      [6, 'us-cochair-ai', 577, 'AQH8+Yz3BgHE/PmM9wYAofDvsAMEASAA'],
    ] as const
    expect(await decodeSegment(Buffer.from(earlier, 'base64'))).toEqual(
      rows.map(([seq, user, ms, bytes]) => ({
        seq,
        user,
        at: 1_790_000_000_000 + ms,
        bytes: new Uint8Array(Buffer.from(bytes, 'base64')),
      })),
    )
  })
})
