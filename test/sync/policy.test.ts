/** What a check is told of a change, what it may put right, and how it learns what a document allows. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { canonical, fromJson, plainText, toJson, type JsonNode } from '#shared/editor/text.ts'
import { textChecks } from '#server/negotiation/checks.ts'
import type { Check, TextChange } from '#server/sync/checks.ts'
import { always, clauseIds, document, seededLog, startEngine, textOf } from '../support/engine.ts'
import { settled } from '../support/memory-log.ts'
import { actorOf, joinPeer } from '../support/peer.ts'

const chair = 'us-cochair-ai'
const wordsOf = (node: JsonNode | null | undefined) => node && plainText(node)

/** A check that keeps what it was told, and what it read of the clauses while it was asked. */
function listening() {
  const heard: { change: TextChange; clauses: Record<string, { before: JsonNode | null; after: JsonNode | null }> }[] =
    []
  const check = always({
    judge: (change) => {
      const clauses = [...change.clauses()].map(([id, { before, after }]) => [id, { before: before(), after: after() }])
      heard.push({ change, clauses: Object.fromEntries(clauses) })
      return null
    },
  })
  return { heard, check }
}

describe('what a check is told', () => {
  test('[S6] a check knows the author’s seat, and each touched clause as it was before and as it is after', async () => {
    const { heard, check } = listening()
    const { rooms } = startEngine({ checks: [check] })
    const peer = joinPeer(rooms, document, { persona: chair })
    await settled()
    peer.doc.transact(() => {
      const text = textOf(peer.body, 0, 'en')
      text.delete(0, 7)
      text.insert(0, 'Clause')
      text.format(0, 6, { bold: {} })
    })
    await settled()
    expect(heard).toHaveLength(1)
    const [{ change, clauses }] = heard as [(typeof heard)[number]]
    expect(change.author).toMatchObject({ id: chair, party: 'us', role: 'cochair' })
    expect(change.settlement).toBe(false)
    expect(change.policy).toEqual({ phase: 'drafting', archived: false })
    expect(Object.keys(clauses)).toEqual([clauseIds[0]])
    const { before, after } = clauses[clauseIds[0]] ?? {}
    expect(wordsOf(before)).toBe('Article 1 in English\n第1条の日本語')
    expect(wordsOf(after)).toBe('Clause 1 in English\n第1条の日本語')
    const lineOf = (node: JsonNode | null | undefined) => node && canonical(node).content?.[0]?.content?.[0]?.content
    expect(lineOf(before)).toEqual([{ type: 'text', text: 'Article 1 in English' }])
    expect(lineOf(after)).toEqual([
      { type: 'text', text: 'Clause', marks: [{ type: 'bold', attrs: {} }] },
      { type: 'text', text: ' 1 in English' },
    ])
  })

  test('[S6] a clause that is removed, added or given another id is told of with the state that it has not', async () => {
    const { heard, check } = listening()
    const { rooms } = startEngine({ checks: [check] })
    const peer = joinPeer(rooms, document, { persona: chair })
    await settled()
    const otherId = '00000000-0000-4000-8000-00000000000f'
    peer.doc.transact(() => {
      peer.body.delete(0, 1)
      peer.body.get(0).setAttribute('id', otherId)
    })
    await settled()
    const clauses = heard[0]?.clauses ?? {}
    const shown = Object.entries(clauses).map(([id, { before, after }]) => [id, [wordsOf(before), wordsOf(after)]])
    expect(Object.fromEntries(shown)).toEqual({
      [clauseIds[0]]: ['Article 1 in English\n第1条の日本語', null],
      [clauseIds[1]]: ['Article 2 in English\n第2条の日本語', null],
      [otherId]: [null, 'Article 2 in English\n第2条の日本語'],
    })
  })

  test('[S6] a check of other policies is not asked, and of one that asks for no clause none is read', async () => {
    const asked: string[] = []
    const check: Check = {
      concerns: ({ phase }) => phase === 'negotiating',
      judge: () => {
        asked.push('judged')
        return 'No.'
      },
    }
    const log = seededLog()
    const { rooms } = startEngine({ log, checks: [check] })
    const peer = joinPeer(rooms, document, { persona: chair })
    await settled()
    textOf(peer.body, 0, 'en').insert(0, 'x')
    await settled()
    expect([asked, peer.closed]).toEqual([[], null])
  })
})

describe('what a check puts right', () => {
  /** Takes bold type away from words that the author did not mean, and allows none. */
  const plain = always({
    judge: ({ clauses }) =>
      [...clauses().values()].some(({ after }) => JSON.stringify(after()).includes('"bold"')) ? 'No bold type.' : null,
    heal: ({ body }) => {
      const text = textOf(body, 0, 'en')
      if (text.toString().includes('never')) return false
      text.format(0, text.length, { bold: null })
      return true
    },
  })

  test('[S6] what a check heals is stored as the author’s, and all are sent it, the author too', async () => {
    const log = seededLog()
    const { rooms } = startEngine({ log, checks: [plain] })
    const author = joinPeer(rooms, document, { persona: chair })
    const reader = joinPeer(rooms, document, { persona: 'jp-cochair-ai' })
    await settled()
    author.doc.transact(() => {
      textOf(author.body, 0, 'en').insert(0, 'An ')
      textOf(author.body, 0, 'en').format(3, 4, { bold: {} })
    })
    await settled()
    await settled()
    expect(author.closed).toBeNull()
    const expected = [{ insert: 'An Article 1 in English' }]
    expect(textOf(author.body, 0, 'en').toDelta()).toEqual(expected)
    expect(textOf(reader.body, 0, 'en').toDelta()).toEqual(expected)
    const stored = log.documents.get(document)
    expect(stored?.rows.map(({ user }) => user)).toEqual([null, chair])
    expect(new Set(stored?.clients.values())).toEqual(new Set([null, chair]))
    textOf(author.body, 0, 'en').insert(0, 'Once more: ')
    await settled()
    expect(textOf(reader.body, 0, 'en').toString()).toBe('Once more: An Article 1 in English')
  })

  test('[S6] what cannot be healed is refused with the check’s sentence, and leaves nothing', async () => {
    const log = seededLog()
    const { rooms } = startEngine({ log, checks: [plain] })
    const author = joinPeer(rooms, document, { persona: chair })
    await settled()
    textOf(author.body, 0, 'en').insert(0, 'never', { bold: {} })
    await settled()
    await settled()
    expect(author.closed).toEqual({ code: 4403, reason: 'No bold type.' })
    expect(log.documents.get(document)?.rows).toHaveLength(1)
  })

  test('[S6] a change behind which something would have to be mended that may not be is refused, and the room goes on', async () => {
    const log = seededLog()
    // The first change gives two clauses one id, as two who move it at once would; the mending gives one of them another.
    let asked = 0
    const once = always({
      judge: () => {
        asked += 1
        return asked % 2 === 0 ? 'Nothing may be mended.' : null
      },
    })
    const { rooms } = startEngine({ log, checks: [once] })
    const author = joinPeer(rooms, document, { persona: chair })
    const other = joinPeer(rooms, document, { persona: 'jp-cochair-ai' })
    await settled()
    const clause = author.body.get(0)
    const json = clause instanceof Y.XmlElement ? toJson(clause) : []
    author.doc.transact(() => {
      author.body.delete(0, 1)
      author.body.insert(0, fromJson([...json, ...json]))
    })
    await settled()
    await settled()
    expect(author.closed?.code).toBe(4403)
    expect(other.closed).toBeNull()
    expect(log.documents.get(document)?.rows).toHaveLength(1)
    await rooms.close()
  })
})

describe('a text that is agreed or archived', () => {
  test.each([
    ['agreed', { phase: 'agreed', archived: false }, 'This text is agreed and closed.'],
    ['archived', { phase: 'drafting', archived: true }, 'This document is archived: bring it back to change its text.'],
  ] as const)(
    '[D1] [S6] nothing of a text that is %s is changed, by whoever still holds the right to write',
    async (_, policy, why) => {
      const log = seededLog()
      const stored = log.documents.get(document)
      if (stored !== undefined) stored.policy = policy
      const { rooms } = startEngine({ log, checks: textChecks({ now: () => 0 }) })
      const author = joinPeer(rooms, document, { persona: chair })
      await settled()
      textOf(author.body, 0, 'en').insert(0, 'x')
      await settled()
      await settled()
      expect(author.closed).toEqual({ code: 4403, reason: why })
      const edit = rooms.edit(document, actorOf(chair), (body) => textOf(body, 0, 'en').insert(0, 'x'))
      await expect(edit).rejects.toThrow(why)
      expect(stored?.rows).toHaveLength(1)
    },
  )

  test('[D1] [S17] a command that closes the text closes it to the very next edit, and one that opens it again opens it', async () => {
    const log = seededLog()
    const { rooms } = startEngine({ log, checks: textChecks({ now: () => 0 }) })
    const move = (change: { archived: boolean }) =>
      rooms.command(document, actorOf(chair), () => ({
        writes: [{ type: 'changeDocument', document, change }],
        answer: null,
      }))
    const edit = () => rooms.edit(document, actorOf(chair), (body) => textOf(body, 0, 'en').insert(0, 'x'))
    const [, refused] = await Promise.allSettled([move({ archived: true }), edit()])
    expect(refused).toMatchObject({ status: 'rejected' })
    await move({ archived: false })
    expect(await edit()).toBe(true)
  })
})
