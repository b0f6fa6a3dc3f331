/**
 * Characters of two units, and signs made of several, edited at their boundary by both sides at once: whatever meets, everyone has
 * the same text, the store has it, and nobody has half a character.
 */
import { EditorState, type Transaction } from '@tiptap/pm/state'
import { describe, expect, test } from 'vitest'
import { initProseMirrorDoc, updateYFragment } from 'y-prosemirror'
import * as Y from 'yjs'
import { documentSchema } from '#shared/editor/schema.ts'
import { bodyToJson, canonical, contentHash } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { document, seededLog, startEngine, textOf } from '../support/engine.ts'
import { settled } from '../support/memory-log.ts'
import { actorOf, joinPeer, type Peer } from '../support/peer.ts'
import { random } from '../support/random.ts'

const schema = documentSchema()

const family = '👨‍👩‍👧'
const words = `吉𠮷吉${family}𠮷𠮟`
const sharesHigh = '𠮟'
const sharesLow = String.fromCodePoint(0x20fb7)

/** An engine whose first line is `words`, and both sides in it. */
async function start() {
  const log = seededLog()
  const engine = startEngine({ log })
  await engine.rooms.edit(document, actorOf('secretariat'), (body) => {
    const text = textOf(body, 0, 'ja')
    text.delete(0, text.length)
    text.insert(0, words)
  })
  const us = joinPeer(engine.rooms, document, { persona: 'us-cochair-ai' })
  const jp = joinPeer(engine.rooms, document, { persona: 'jp-cochair-ai' })
  await settled()
  return { engine, log, us, jp }
}

/** Neither sees what the other does until both have done it. */
async function atOnce({ us, jp }: { us: Peer; jp: Peer }, ours: (peer: Peer) => void, theirs: (peer: Peer) => void) {
  us.held = true
  jp.held = true
  ours(us)
  theirs(jp)
  await settled()
  for (const peer of [us, jp]) peer.release()
  for (let round = 0; round < 3; round += 1) await settled()
}

/** The text that all `peers`, a newcomer, the log, and a server that opens from its checkpoint have; and it is well-formed. */
async function expectOne({ engine, log }: Awaited<ReturnType<typeof start>>, peers: readonly Peer[]): Promise<string> {
  const newcomer = joinPeer(engine.rooms, document, { persona: 'jp-drafter-ai' })
  await settled()
  const replayed = new Y.Doc()
  for (const { bytes } of log.documents.get(document)?.rows ?? []) Y.applyUpdate(replayed, bytes)
  await engine.rooms.close()
  expect(log.documents.get(document)?.checkpoint).not.toBeNull()
  const reopened = joinPeer(startEngine({ log }).rooms, document, { persona: 'us-drafter-ai' })
  await settled()
  const bodies = [...[...peers, newcomer, reopened].map(({ body }) => body), replayed.getXmlFragment(bodyName)]
  const forms = bodies.map((body) => JSON.stringify(canonical(bodyToJson(body))))
  const hashes = bodies.map((body) => contentHash(bodyToJson(body)))
  expect(new Set(forms).size).toBe(1)
  expect(new Set(hashes).size).toBe(1)
  const [form = ''] = forms
  // JSON writes half a character as an escape.
  expect(form).not.toMatch(/\p{Surrogate}|\\u[dD][89a-fA-F]/u)
  schema.nodeFromJSON(bodyToJson(reopened.body)).check()
  return form
}

/** What an editor does at the place `at` of 𠮷. */
type Move = (state: EditorState, at: number) => Transaction
const bold = schema.marks['bold']?.create()
const moves: Record<string, Move> = {
  'writes before it': ({ tr }, at) => tr.insertText('前', at),
  'writes behind it': ({ tr }, at) => tr.insertText('後', at + 2),
  'writes the same before it': ({ tr }, at) => tr.insertText('𠮷', at),
  'deletes it': ({ tr }, at) => tr.delete(at, at + 2),
  'deletes it and what stands before': ({ tr }, at) => tr.delete(at - 1, at + 2),
  'replaces it by one with the same first half': ({ tr }, at) => tr.insertText(sharesHigh, at, at + 2),
  'replaces it by one with the same second half': ({ tr }, at) => tr.insertText(sharesLow, at, at + 2),
  'makes it bold': ({ tr }, at) => (bold === undefined ? tr : tr.addMark(at, at + 2, bold)),
  'begins a line with it': ({ tr }, at) => tr.split(at),
  'ends a line with it': ({ tr }, at) => tr.split(at + 2),
  'takes a child out of a family': ({ tr }, at) => tr.delete(at + 3 + 5, at + 3 + family.length),
  'writes between a family and a sign': ({ tr }, at) => tr.insertText('間', at + 3 + family.length),
}

const move = (make: Move) => (peer: Peer) => {
  const first = initProseMirrorDoc(peer.body, schema)
  const state = EditorState.create({ schema, doc: first.doc })
  let at = -1
  first.doc.descendants((node, pos) => {
    if (at < 0 && node.text?.includes('𠮷') === true) at = pos + node.text.indexOf('𠮷')
    return at < 0
  })
  const tr = make(state, at)
  tr.doc.check()
  peer.doc.transact(() => updateYFragment(peer.doc, peer.body, tr.doc, { mapping: first.mapping, isOMark: new Map() }))
}

/** What no editor does, but an old client or a hostile one may: it cuts the first 𠮷 in two. */
const cuts: Record<string, (text: Y.XmlText) => void> = {
  'writes between its halves': (text) => text.insert(2, '間'),
  'deletes its first half': (text) => text.delete(1, 1),
  'deletes its second half': (text) => text.delete(2, 1),
  'makes its first half bold': (text) => text.format(1, 1, { bold: {} }),
  'deletes the second half and what follows': (text) => text.delete(2, 3),
  'replaces its second half': (text) => {
    text.delete(2, 1)
    text.insert(2, 'x')
  },
}
const cut = (make: (text: Y.XmlText) => void) => (peer: Peer) =>
  peer.doc.transact(() => make(textOf(peer.body, 0, 'ja')))

describe('at an editor', () => {
  // Whose move is which makes no difference: each pair once.
  const pairs = Object.entries(moves).map(([name, ours], at) => [name, ours, Object.entries(moves).slice(at)] as const)

  test.each(pairs)('[S14] one side %s while the other does something there', async (_, ours, others) => {
    for (const [name, theirs] of others) {
      const stage = await start()
      await atOnce(stage, move(ours), move(theirs))
      expect([stage.us.closed, stage.jp.closed]).toEqual([null, null])
      const form = await expectOne(stage, [stage.us, stage.jp])
      expect({ name, broken: form.includes('\ufffd') }).toEqual({ name, broken: false })
    }
  })
})

describe('beyond any editor', () => {
  test.each(Object.entries(cuts))('[S14] one side %s while the other does anything there', async (_, ours) => {
    for (const theirs of [...Object.values(moves).map(move), ...Object.values(cuts).map(cut)]) {
      const stage = await start()
      await atOnce(stage, cut(ours), theirs)
      await expectOne(stage, [stage.us, stage.jp])
    }
  })

  test('[S14] a half that is sent as such is refused or stands for nothing: nobody else has it', async () => {
    const stage = await start()
    const { us, jp } = stage
    textOf(us.body, 0, 'ja').insert(0, '\ud842')
    textOf(us.body, 0, 'ja').insert(3, '\udfb7')
    await settled()
    expect(await expectOne(stage, [jp])).toContain('\ufffd吉')
  })

  test('[S14] [S6] a half in the address of a link is refused', async () => {
    const stage = await start()
    const { us, jp } = stage
    textOf(us.body, 0, 'ja').format(0, 1, { link: { href: 'https://example.org/\ud842' } })
    await settled()
    expect(us.closed?.code).toBe(4403)
    expect(await expectOne(stage, [jp])).not.toContain('example.org')
  })

  for (let from = 1; from <= 100; from += 50) {
    test(`[S14] random edits at any unit converge, seeds ${from} to ${from + 49}`, async () => {
      for (let seed = from; seed < from + 50; seed += 1) {
        const chance = random(seed)
        const stage = await start()
        const peers = [stage.us, stage.jp]
        for (let step = chance.int(10, 30); step > 0; step -= 1) {
          const peer = chance.pick(peers)
          const text = textOf(peer.body, 0, 'ja')
          const luck = chance.int(0, 9)
          const at = chance.int(0, text.length)
          if (luck < 4) text.insert(at, chance.pick(['𠮷', family, '吉', sharesLow]))
          else if (luck < 7 && at < text.length) text.delete(at, Math.min(chance.int(1, 3), text.length - at))
          // Always another address: a change that changes nothing would cut the writer's own copy, and nobody else's.
          else if (luck < 8 && at < text.length) text.format(at, 1, { link: { href: `https://example.org/${step}` } })
          else if (luck < 9) peer.held = true
          else peer.release()
          if (chance.int(0, 1) === 0) await settled()
        }
        for (const peer of peers) peer.release()
        for (let round = 0; round < 3; round += 1) await settled()
        await expectOne(stage, peers).catch((error: unknown) => {
          throw new Error(`Seed ${seed} failed`, { cause: error })
        })
      }
    })
  }
})
