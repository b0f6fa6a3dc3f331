/** Every type of message from every role in every encoding, several in a frame, and authorship and presence under attack. */
import * as encoding from 'lib0/encoding'
import { describe, expect, test } from 'vitest'
import { absolutePositionToRelativePosition, initProseMirrorDoc } from 'y-prosemirror'
import * as Y from 'yjs'
import { documentSchema } from '#shared/editor/schema.ts'
import { bodyName, messageType } from '#shared/protocol/messages.ts'
import { awarenessFrame, updateFrame } from '#server/sync/frames.ts'
import { document, startEngine, textOf } from '../support/engine.ts'
import { overlong } from '../support/hostile-bytes.ts'
import { gc, landmarks, writeUpdate } from '../support/hostile-updates.ts'
import { deferred, settled } from '../support/memory-log.ts'
import { actorOf, caretAt, joinPeer, type Peer } from '../support/peer.ts'
import { expectAlive, honestPeople, stateOf } from '../support/witnesses.ts'

const schema = documentSchema()

const roles = [
  { persona: 'us-drafter-ai', writes: true },
  { persona: 'panelist-ai', writes: false },
  { persona: 'us-committee', writes: false },
] as const

const varint = (value: number) => encoding.encode((encoder) => encoding.writeVarUint(encoder, value))
const encodings = {
  short: varint,
  'one byte too long': (value: number) => (value < 128 ? overlong(value) : varint(value)),
  'four bytes too long': (value: number) => (value < 128 ? overlong(value, 4) : varint(value)),
} as const
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]))
const sized = (bytes: Uint8Array) => joined(varint(bytes.length), bytes)

/** An update of a copy of the text. */
function changeOf(doc: Y.Doc, client: number, change: (body: Y.XmlFragment) => void): Uint8Array {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  const before = Y.encodeStateVector(copy)
  copy.clientID = client
  copy.transact(() => change(copy.getXmlFragment(bodyName)))
  return Y.encodeStateAsUpdate(copy, before)
}

const state = (clientId: number, json: string) => awarenessFrame([{ clientId, clock: 1, json }]).slice(1)

type Outcome = 'answered' | 'written' | 'kept' | 'malformed'

/** Each message as its type, perhaps its kind, and what follows; and what becomes of it if its sender may write. */
const messages: readonly {
  name: string
  head: readonly number[]
  rest: (doc: Y.Doc) => Uint8Array
  outcome: Outcome
}[] = [
  { name: '0/0', head: [0, 0], rest: () => sized(Uint8Array.of(0)), outcome: 'answered' },
  {
    name: '0/1',
    head: [0, 1],
    rest: (doc) => sized(changeOf(doc, 500, (body) => textOf(body, 0, 'en').insert(0, 'A '))),
    outcome: 'written',
  },
  {
    name: '0/2',
    head: [0, 2],
    rest: (doc) => sized(changeOf(doc, 501, (body) => textOf(body, 0, 'en').delete(0, 3))),
    outcome: 'written',
  },
  { name: '0/3', head: [0, 3], rest: () => sized(Uint8Array.of(0, 0)), outcome: 'malformed' },
  { name: '1', head: [1], rest: () => state(777, '{"cursor":null}'), outcome: 'kept' },
  { name: '2', head: [2], rest: () => sized(Uint8Array.of(65)), outcome: 'malformed' },
  { name: '3', head: [3], rest: () => Uint8Array.of(), outcome: 'kept' },
  { name: '101', head: [101, 7], rest: () => Uint8Array.of(), outcome: 'answered' },
  { name: '102', head: [102], rest: () => sized(Uint8Array.of(65)), outcome: 'kept' },
  { name: '103', head: [103, 1, 2], rest: () => Uint8Array.of(), outcome: 'malformed' },
  { name: '4', head: [4], rest: () => Uint8Array.of(), outcome: 'malformed' },
  { name: '100', head: [100], rest: () => Uint8Array.of(), outcome: 'malformed' },
  { name: '104', head: [104], rest: () => Uint8Array.of(), outcome: 'malformed' },
  { name: '2^40', head: [2 ** 40], rest: () => Uint8Array.of(), outcome: 'malformed' },
]

const enter = async (role: { persona: string; writes: boolean }, stock = false) => {
  const engine = startEngine()
  const people = await honestPeople(engine)
  const sender = joinPeer(engine.rooms, document, { ...role, stock })
  await settled()
  return { engine, people, sender }
}

describe('every message', () => {
  const cases = roles.flatMap((role) =>
    messages.flatMap((message) =>
      Object.keys(encodings).map((written) => ({ role, message, written: written as keyof typeof encodings })),
    ),
  )
  test.each(cases)('[S8] $message.name of $role.persona, written $written', async ({ role, message, written }) => {
    const { engine, people, sender } = await enter(role)
    const before = await stateOf(engine, people)
    const received = sender.received.length
    sender.send(joined(...message.head.map(encodings[written]), message.rest(people.writer.doc)))
    await settled()
    const after = await stateOf(engine, people)
    const outcome = message.outcome === 'written' && !role.writes ? 'forbidden' : message.outcome
    expect(sender.closed?.code).toBe(
      { answered: undefined, written: undefined, kept: undefined, malformed: 4400, forbidden: 4403 }[outcome],
    )
    if (outcome === 'written') expect(after.rows).toHaveLength((before.rows ?? []).length + 1)
    // The id under which someone shows themselves is kept for them, if they may write.
    else if (message.name === '1' && role.writes)
      expect(after).toEqual({ ...before, clients: [...before.clients, [777, role.persona]] })
    else expect(after).toEqual(before)
    if (outcome === 'answered') expect(sender.received.length).toBe(received + 1)
  })

  test.each(roles)('[S8] any two in one frame are none, from $persona', async (role) => {
    for (const first of messages) {
      for (const second of messages) {
        const { engine, people, sender } = await enter(role)
        const before = await stateOf(engine, people)
        const [one, two] = [first, second].map(({ head, rest }) => joined(...head.map(varint), rest(people.writer.doc)))
        sender.send(joined(one ?? Uint8Array.of(), two ?? Uint8Array.of()))
        await settled()
        expect(sender.closed?.code).toBe(4400)
        expect(await stateOf(engine, people)).toEqual(before)
      }
    }
  })

  test.each([1, 2])(
    '[S8] [S9] of frames queued before a downgrade none is written, sync message 0/%i',
    async (kind) => {
      const engine = startEngine()
      const people = await honestPeople(engine)
      let writes = true
      const actor = actorOf('us-drafter-ai')
      const sender = joinPeer(engine.rooms, document, {
        persona: 'us-drafter-ai',
        stock: false,
        authorize: async () => ({ actor, writes, canReadHistory: true }),
      })
      await settled()
      const disk = deferred()
      engine.log.before.append = () => disk.promise
      const copy = new Y.Doc()
      Y.applyUpdate(copy, Y.encodeStateAsUpdate(people.writer.doc))
      copy.on('update', (update: Uint8Array) => sender.send(joined(Uint8Array.of(0, kind), sized(update))))
      textOf(copy.getXmlFragment(bodyName), 0, 'en').insert(0, 'first ')
      await settled()
      for (let edit = 0; edit < 50; edit += 1) textOf(copy.getXmlFragment(bodyName), 0, 'en').insert(0, 'later ')
      writes = false
      engine.cluster.publish({ type: 'rightsChanged', user: actor.id, document })
      await settled()
      engine.log.before.append = () => {}
      disk.resolve()
      await settled()
      await settled()
      expect(sender.closed?.code).toBe(4403)
      expect(textOf(people.reader.body, 0, 'en').toString()).toBe('first Article 1 in English')
      await expectAlive(engine, people)
    },
  )
})

describe('client ids', () => {
  const refusedFor = async (attack: (people: { writer: Peer }, sender: Peer) => Uint8Array) => {
    const { engine, people, sender } = await enter(roles[0], true)
    people.writer.present({ cursor: null })
    await settled()
    const before = await stateOf(engine, people)
    sender.send(updateFrame(attack(people, sender)))
    await settled()
    expect(sender.closed?.code).toBe(4403)
    expect(await stateOf(engine, people)).toEqual(before)
    await expectAlive(engine, people)
  }

  test('[S7] nobody takes the next clocks of the seeder, of one who was seen, or of one who wrote, with empty structs', async () => {
    await refusedFor(({ writer }) => {
      const { seeder, end } = landmarks(writer.doc)
      return writeUpdate([{ client: seeder, clock: end, structs: [gc(1000)] }])
    })
    await refusedFor(({ writer }) => writeUpdate([{ client: writer.doc.clientID, clock: 0, structs: [gc(1000)] }]))
    await refusedFor(({ writer }) => writeUpdate([{ client: writer.doc.clientID, clock: 2 ** 40, structs: [gc(1)] }]))
    const { engine, people, sender } = await enter(roles[0])
    textOf(people.writer.body, 0, 'en').insert(0, 'mine ')
    await settled()
    const next = Y.getState(people.writer.doc.store, people.writer.doc.clientID)
    sender.send(updateFrame(writeUpdate([{ client: people.writer.doc.clientID, clock: next, structs: [gc(10)] }])))
    await settled()
    expect(sender.closed?.code).toBe(4403)
    await expectAlive(engine, people)
  })

  test('[S7] of two accounts with one client id in the same batch, the first has it', async () => {
    const { engine, people, sender } = await enter(roles[0])
    const second = joinPeer(engine.rooms, document, { persona: 'jp-drafter-ai', stock: false })
    await settled()
    sender.send(updateFrame(changeOf(people.writer.doc, 600, (body) => textOf(body, 0, 'en').insert(0, 'us '))))
    second.send(updateFrame(changeOf(people.writer.doc, 600, (body) => textOf(body, 0, 'en').insert(0, 'jp, longer '))))
    await settled()
    expect([sender.closed, second.closed?.code]).toEqual([null, 4403])
    expect(textOf(people.reader.body, 0, 'en').toString()).toBe('us Article 1 in English')
    expect(engine.log.documents.get(document)?.clients.get(600)).toBe('us-drafter-ai')
    await expectAlive(engine, people)
  })

  test('[S7] a client id stays its user’s when the document was put away and opened again', async () => {
    const { engine, people, sender } = await enter(roles[0])
    sender.send(updateFrame(changeOf(people.writer.doc, 600, (body) => textOf(body, 0, 'en').insert(0, 'us '))))
    await settled()
    for (const peer of [sender, people.writer, people.reader]) peer.leave()
    engine.clock.advance(60_000)
    await settled()
    expect(engine.counts.rooms).toBe(0)
    const others = await honestPeople(engine)
    const thief = joinPeer(engine.rooms, document, { persona: 'jp-drafter-ai', stock: false })
    await settled()
    thief.send(updateFrame(writeUpdate([{ client: 600, clock: 3, structs: [gc(1)] }])))
    await settled()
    expect(thief.closed?.code).toBe(4403)
    await expectAlive(engine, others)
  })

  test('[S7] old offline work under an old client id comes back from two tabs at once, and stands once', async () => {
    const engine = startEngine()
    const first = joinPeer(engine.rooms, document, { persona: 'us-cochair-ai' })
    await settled()
    textOf(first.body, 0, 'en').insert(0, 'saved ')
    await settled()
    first.leave()
    textOf(first.body, 0, 'en').insert(6, 'offline ')
    textOf(first.body, 1, 'en').delete(0, 8)
    engine.clock.advance(60_000)
    await settled()
    const tabs = [0, 1].map(() => {
      // A new page on the old copy writes under an id of its own, and brings the old one's words.
      const doc = new Y.Doc()
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(first.doc))
      return joinPeer(engine.rooms, document, { persona: 'us-cochair-ai', doc })
    })
    for (const [index, tab] of tabs.entries()) {
      textOf(tab.body, 0, 'ja').insert(0, `${index}`)
      tab.acknowledge(1)
    }
    await settled()
    await settled()
    const people = await honestPeople(engine)
    expect(tabs.map(({ closed, acknowledged }) => [closed, acknowledged])).toEqual([
      [null, [1]],
      [null, [1]],
    ])
    expect(textOf(people.reader.body, 0, 'en').toString()).toBe('saved offline Article 1 in English')
    expect(textOf(people.reader.body, 1, 'en').toString()).toBe('2 in English')
    await expectAlive(engine, people)
  })
})

const { anchor } = caretAt(1)
const item = { client: 7, clock: 1 }
/** Carets that no editor says. A page that followed one would throw while it draws. */
const oddCarets: Record<string, unknown> = {
  'of two numbers': { anchor: 1, head: 1 },
  'of two words': { anchor: 'here', head: 'there' },
  'in words': 'here',
  'in a list': [anchor, anchor],
  'that is a flag': true,
  'of one end': { anchor },
  'of no ends': {},
  'of ends that are null': { anchor: null, head: null },
  'of ends that hang on nothing': { anchor: {}, head: {} },
  'of ends that say null of everything': { anchor: { ...anchor, item: null }, head: { ...anchor, item: null } },
  'of another root': { anchor: { tname: 'elsewhere' }, head: { tname: 'elsewhere' } },
  'of a root named __proto__': { anchor: { tname: '__proto__' }, head: { tname: '__proto__' } },
  'of a clock in words': { anchor: { item: { client: 7, clock: 'one' } }, head: anchor },
  'of a clock below nought': { anchor: { item: { client: 7, clock: -1 } }, head: anchor },
  'of half a clock': { anchor: { item: { client: 7, clock: 0.5 } }, head: anchor },
  'of an id with more in it': { anchor: { item: { ...item, length: 2 } }, head: anchor },
  'of an end with more in it': { anchor: { ...anchor, words: 'x' }, head: anchor },
  'of a side in words': { anchor: { item, assoc: 'left' }, head: anchor },
  'with more than its ends': { anchor, head: anchor, words: 'x' },
}

describe('presence', () => {
  const heardOf = async (frames: (victim: Peer) => readonly Uint8Array[]) => {
    const { engine, people, sender } = await enter(roles[1])
    people.writer.present({ cursor: caretAt(1) })
    await settled()
    engine.clock.advance(60)
    await settled()
    const heard = people.reader.received.length
    const before = people.reader.awareness.getStates().get(people.writer.doc.clientID)
    for (const frame of frames(people.writer)) sender.send(frame)
    await settled()
    engine.clock.advance(60)
    await settled()
    expect(people.reader.awareness.getStates().get(people.writer.doc.clientID)).toEqual(before)
    expect(people.writer.closed).toBeNull()
    return { frames: people.reader.received.length - heard, sender, reader: people.reader }
  }
  const said = (clientId: number, json: string, clock = 1) => awarenessFrame([{ clientId, clock, json }])

  test('[S10] of another’s client id nothing is heard: neither a state, nor its removal, at any clock', async () => {
    for (const json of ['null', JSON.stringify({ cursor: caretAt(2) }), '{"user":{"name":"Minister","party":"us"}}']) {
      for (const clock of [0, 1, 2 ** 40, 2 ** 53 - 1]) {
        const { frames, sender } = await heardOf(({ doc }) => [said(doc.clientID, json, clock)])
        expect([frames, sender.closed]).toEqual([0, null])
      }
    }
  })

  test.each<[string, string]>([
    ['too large', JSON.stringify({ text: 'x'.repeat(4096) })],
    ['too deep', `${'{"a":'.repeat(600)}1${'}'.repeat(600)}`],
    ['of 2,000 lists in each other', `{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`],
    ['no object', '"text"'],
    ['a list', '[]'],
    ['cut short', '{"a":'],
    ['empty', ''],
    ['of a key that nobody knows', '{"cursor":null,"note":"we yield on article 4"}'],
    ['of a prototype', '{"__proto__":{"user":{"party":"us"}}}'],
    ...Object.entries(oddCarets).map(([name, cursor]): [string, string] => [
      `of a caret ${name}`,
      JSON.stringify({ cursor }),
    ]),
  ])('[S10] a state that is %s closes its connection, and nobody hears of it', async (_, json) => {
    const { frames, sender } = await heardOf(() => [said(900, json)])
    expect([frames, sender.closed?.code]).toEqual([0, 4400])
  })

  test('[S10] the caret of an editor is passed on as it is, wherever in the text it stands', async () => {
    const { engine, people } = await enter(roles[0])
    const { doc, mapping } = initProseMirrorDoc(people.writer.body, schema)
    for (let pos = 0; pos <= doc.content.size; pos += 1) {
      const place: unknown = absolutePositionToRelativePosition(pos, people.writer.body, mapping)
      const cursor: unknown = JSON.parse(JSON.stringify({ anchor: place, head: place }))
      people.writer.present({ cursor })
      engine.clock.advance(60)
      await settled()
      expect(people.reader.awareness.getStates().get(people.writer.doc.clientID)?.['cursor']).toEqual(cursor)
    }
    for (const honest of [{}, { cursor: null }, { user: { name: 'Somebody', color: '#000000' } }]) {
      people.writer.present(honest)
      await settled()
      expect(people.writer.closed).toBeNull()
    }
  })

  test('[S10] whatever a state says of its user, the server’s word stands in its place', async () => {
    const lies = [
      '{"user":{"name":"Minister","party":"us","role":"principal"}}',
      '{"user":null}',
      '{"user":{},"user":{"party":"jp"}}',
      '{"us\\u0065r":{"party":"us","constructor":{"prototype":{"party":"us"}}}}',
    ]
    for (const lie of lies) {
      const { reader } = await heardOf(() => [said(900, lie)])
      const seen = reader.awareness.getStates().get(900)
      expect(seen?.['user']).toMatchObject({ id: 'panelist-ai', role: 'panelist', party: null })
      expect(({} as { party?: string }).party).toBeUndefined()
    }
  })

  test('[U4] who asks for everyone’s presence is answered also when nobody else is there', async () => {
    const { rooms } = startEngine()
    const alone = joinPeer(rooms, document)
    await settled()
    const heard = alone.received.length
    alone.send(Uint8Array.of(messageType.queryAwareness))
    expect(alone.received.slice(heard)).toEqual([awarenessFrame([])])
  })

  test('[S10] one connection speaks for one client id', async () => {
    const { reader } = await heardOf(() => [said(900, '{}'), said(901, '{}'), said(902, '{}')])
    expect([900, 901, 902].map((id) => reader.awareness.getStates().has(id))).toEqual([true, false, false])
  })
})
