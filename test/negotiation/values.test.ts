/** How pending changes stand in the shared text, and what may not stand there as one. */
import { describe, expect, test } from 'vitest'
import { initProseMirrorDoc, updateYFragment } from 'y-prosemirror'
import * as Y from 'yjs'
import { appendJson, clauseJson } from '#shared/editor/clauses.ts'
import { markKey, suggestionAttribute } from '#shared/editor/changes/pending.ts'
import { documentSchema } from '#shared/editor/schema.ts'
import { bodyToJson, canonical, contentHash, type JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { blockChange, change, deletion, line, people, run } from '../support/changes.ts'
import { clauseIds, firstTextOf, startEngine, textOf, document } from '../support/engine.ts'
import { settled } from '../support/memory-log.ts'
import { joinPeer } from '../support/peer.ts'

const schema = documentSchema()

const [us, , jp] = people

const bodyOf = (blocks: readonly JsonNode[]) => {
  const body = new Y.Doc().getXmlFragment(bodyName)
  appendJson(body, [clauseJson({ id: clauseIds[0], kind: 'article' }, { en: blocks })], null)
  return body
}

describe('pending changes in the shared text', () => {
  test('[S19] several changes of one kind on the same words are all kept, on the way in and out', () => {
    const first = deletion(us)
    const second = deletion(jp)
    const own = change(us)
    const blocks = [line([run('one '), run('two', own, first, second)], { 'suggested--jp': blockChange(jp, 'delete') })]
    const body = bodyOf(blocks)
    const marks = JSON.stringify(bodyToJson(body))
    for (const { id } of [first, second, own]) expect(marks).toContain(`"${id}"`)
    const wanted = clauseJson({ id: clauseIds[0], kind: 'article' }, { en: blocks })
    expect(canonical(bodyToJson(body))).toEqual(canonical({ type: 'doc', content: [wanted] }))
    schema.nodeFromJSON(bodyToJson(body)).check()
  })

  test('[S19] the editor binding names the mark of a change as the server does', () => {
    const body = bodyOf([line([run('words')])])
    const { doc, mapping } = initProseMirrorDoc(body, schema)
    const insertion = change(us)
    const struck = deletion(jp, { over: insertion.id })
    const marked = schema.nodeFromJSON(bodyToJson(bodyOf([line([run('words', insertion, struck)])])))
    expect(doc.eq(marked)).toBe(false)
    updateYFragment(body.doc ?? new Y.Doc(), body, marked, { mapping, isOMark: new Map() })
    const delta: { attributes?: Record<string, unknown> }[] = textOf(body, 0, 'en').toDelta()
    expect(Object.keys(delta[0]?.attributes ?? {}).toSorted()).toEqual(
      [markKey('insertion', insertion), markKey('deletion', struck)].toSorted(),
    )
  })

  test('[S19] the hash of a text does not depend on the order in which changes were put on it', () => {
    const [first, second] = [deletion(us), deletion(jp)]
    const turned = Object.fromEntries(
      Object.entries(blockChange(us, 'insert', { id: 'x', place: 'y', at: 1 })).toReversed(),
    )
    const straight = blockChange(us, 'insert', { id: 'x', place: 'y', at: 1 })
    expect(contentHash(line([run('a', first, second)], { 'suggested--us': turned as typeof straight }))).toBe(
      contentHash(line([run('a', second, first)], { 'suggested--us': straight })),
    )
  })
})

type Write = (text: Y.XmlText, line: Y.XmlElement) => void
const marked =
  (key: string, value: unknown): Write =>
  (text) =>
    text.insert(0, 'x', { [key]: value })
const attribute =
  (name: string, value: unknown): Write =>
  (_, block) =>
    block.setAttribute(name, value as string)

const mine = change(us)
const struck = deletion(us)
const block = blockChange(us, 'insert')
const under = suggestionAttribute('us')
const { place: _, ...placeless } = mine

const refused: Record<string, Write> = {
  'a change without a place': marked(markKey('insertion', mine), placeless),
  'a change that says more than it may': marked(markKey('insertion', mine), { ...mine, accepted: true }),
  'a change under the name of another': marked('insertion--AAAAAAAA', mine),
  'a change under a bare name': marked('insertion', mine),
  'a change that is a word': marked('insertion--AAAAAAAA', 'us'),
  'a change that is true': marked('insertion--AAAAAAAA', true),
  'an insertion over another': marked(markKey('insertion', { ...mine, over: null }), { ...mine, over: null }),
  'a deletion that does not say over what': marked(markKey('deletion', mine), mine),
  'a change with a time before 1970': marked(markKey('insertion', { ...mine, at: -1 }), { ...mine, at: -1 }),
  'an id with a space': marked(markKey('insertion', { ...mine, id: 'a b' }), { ...mine, id: 'a b' }),
  'an overlong id': marked(markKey('insertion', { ...mine, id: 'a'.repeat(65) }), { ...mine, id: 'a'.repeat(65) }),
  'a block change that is an insertion of text': attribute(under, mine),
  'a block change of another kind': attribute(under, { ...block, op: 'wrap' }),
  'a block change that says more than it may': attribute(under, { ...block, locked: true }),
  "a block change under another party's name": attribute(suggestionAttribute('jp'), block),
  'a block change of an unknown party': attribute('suggested--zz', { ...block, party: 'zz' }),
  'a block change of many fields': attribute(under, { ...block, a: 1, b: 2, c: 3 }),
  'a block change with a value inside a value': attribute(under, { ...block, id: { a: 1 } }),
  'a heading level of many values': attribute('level', { a: 1 }),
}

describe('what may not stand as a pending change', () => {
  const write = async (what: Write) => {
    const { rooms } = startEngine()
    const peer = joinPeer(rooms, document, { persona: us.user })
    await settled()
    peer.doc.transact(() => what(textOf(peer.body, 0, 'en'), firstTextOf(peer.doc).get(0) as Y.XmlElement))
    await settled()
    const stored = await rooms.read(document, (doc) => JSON.stringify(bodyToJson(doc.getXmlFragment(bodyName))))
    const { closed } = peer
    await rooms.close()
    return { closed, stored: stored ?? '', own: JSON.stringify(bodyToJson(peer.body)) }
  }
  test.for(Object.entries(refused))('[S19] %s is refused', async ([, what]) => {
    const { closed, stored, own } = await write(what)
    expect(closed).not.toBeNull()
    expect(stored).not.toBe(own)
  })

  test('[S19] whole changes under their own names are taken', async () => {
    for (const what of [
      marked(markKey('insertion', mine), mine),
      marked(markKey('deletion', struck), struck),
      attribute(under, { ...block, op: 'delete' }),
    ]) {
      const { closed, stored, own } = await write(what)
      expect(closed).toBeNull()
      expect(stored).toBe(own)
    }
  })
})
