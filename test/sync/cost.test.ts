/** What the largest and the most expensive frames cost: how long one may hold the process, and that honest ones are never too much. */
import * as encoding from 'lib0/encoding'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import * as Y from 'yjs'
import { documentSchema } from '#shared/editor/schema.ts'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName, maxFrameBytes } from '#shared/protocol/messages.ts'
import { admit } from '#server/sync/admission.ts'
import { applyWithin, newAllowance } from '#server/sync/bounds.ts'
import { installYjsGuards } from '#server/sync/yjs-guards.ts'
import { stateVectorFrame, updateFrame } from '#server/sync/frames.ts'
import { document, firstTextId, firstTextOf, seedState, startEngine, textOf } from '../support/engine.ts'
import { element, gc, run, string, values, writeUpdate, type Struct } from '../support/hostile-updates.ts'
import { settled } from '../support/memory-log.ts'
import { joinPeer, type Peer } from '../support/peer.ts'
import { random } from '../support/random.ts'
import { expectAlive, honestPeople, stateOf } from '../support/witnesses.ts'

installYjsGuards()

const schema = documentSchema()

const own = 99
const mebibyte = 1024 * 1024

/** Sends frames and lets the engine go on until they are dealt with; the longest time that one turn of the process took, in ms of the processor. */
async function holdOf(work: () => void, done: () => boolean): Promise<number> {
  let longest = 0
  let before = process.cpuUsage()
  work()
  for (let turns = 0; turns < 1000; turns += 1) {
    await settled()
    const { user, system } = process.cpuUsage(before)
    longest = Math.max(longest, (user + system) / 1000)
    before = process.cpuUsage()
    if (done()) return longest
  }
  throw new Error('It was not dealt with')
}

const paragraphWith = (text: string, client = own): Struct[] => [
  element('paragraph', { parent: firstTextId }),
  run({ parent: [client, 0] }),
  string(text, { parent: [client, 1] }),
]

/** Letters of two clients that all stand at the start, before the same one: each of the second is found its place past all of the first. */
const scattered = (count: number, client = own) => {
  const first = [client, 2] as const
  const letters = Array.from({ length: count }, () => string('y', { right: first }))
  return writeUpdate([
    { client, clock: 0, structs: [...paragraphWith('x', client), ...letters] },
    // The first of them waits for the last of the others.
    {
      client: client + 1_000_000,
      clock: 0,
      structs: [string('z', { origin: [client, 2 + count], right: first }), ...letters],
    },
  ])
}

describe('what costs too much', () => {
  const enter = async () => {
    const engine = startEngine()
    const people = await honestPeople(engine)
    const hostile = joinPeer(engine.rooms, document, { persona: 'us-drafter-ai' })
    await settled()
    return { engine, people, hostile }
  }
  const isOver = (hostile: Peer) => () => hostile.closed !== null

  test('[S5] [S6] words that each cost a walk past all others are given up, soon and without a trace', async () => {
    const { engine, people, hostile } = await enter()
    const before = await stateOf(engine, people)
    const frame = updateFrame(scattered(9_000))
    const hold = await holdOf(() => hostile.send(frame), isOver(hostile))
    expect(hostile.closed?.reason).toContain('too large')
    // It is tried once with the batch and once alone; each attempt ends within half a second. Without the bound it would be half a minute.
    expect(hold).toBeLessThan(1000)
    expect(await stateOf(engine, people)).toEqual(before)
    await expectAlive(engine, people)
  })

  test('[S5] many such frames in one batch are one connection’s, which has a second in all', async () => {
    const { engine, people, hostile } = await enter()
    const before = await stateOf(engine, people)
    const costly = Array.from({ length: 100 }, (_, index) => updateFrame(scattered(800, 1000 + index)))
    const hold = await holdOf(() => {
      for (const frame of costly) hostile.send(frame)
    }, isOver(hostile))
    expect(hold).toBeLessThan(3000)
    engine.clock.advance(1000)
    expect(await stateOf(engine, people)).toEqual(before)
    await expectAlive(engine, people)
  })

  test('[S5] what each takes a little longer than it should adds up as well', () => {
    let ms = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (ms += 1.5))
    const processor = vi.spyOn(process, 'cpuUsage').mockImplementation((since) => ({
      user: ms * 1000 - (since?.user ?? 0),
      system: 0,
    }))
    onTestFinished(() => {
      clock.mockRestore()
      processor.mockRestore()
    })
    const doc = new Y.Doc({ gc: false })
    const allowance = newAllowance(0)
    const takeOne = (client: number) => {
      const structs = [element('paragraph', { parent: bodyName })]
      applyWithin(allowance, 0, doc, writeUpdate([{ client, clock: 0, structs }]), null)
    }
    const takeMany = () => {
      for (let client = 1; client <= 2000; client += 1) takeOne(client)
    }
    expect(takeMany).toThrow('Applying it takes too long.')
    expect(ms).toBeLessThan(2000)
  })

  /** A frame that takes ten milliseconds or more, beside which its bytes are nothing. */
  const slow = (client: number) => updateFrame(scattered(350, client))

  test('[S5] a client that sends slow frames one by one is disconnected once they have cost a second, and again when it comes back with more', async () => {
    const { engine, people, hostile } = await enter()
    let sent = 0
    const sendUntilOver = async (peer: Peer) => {
      for (; sent < 400 && peer.closed === null; sent += 1) {
        peer.send(slow(1000 + sent))
        await engine.rooms.read(document, () => null)
      }
      expect(peer.closed?.reason).toContain('too large')
    }
    await sendUntilOver(hostile)
    const first = sent
    await sendUntilOver(joinPeer(engine.rooms, document, { persona: 'us-drafter-ai' }))
    expect(sent - first).toBeLessThanOrEqual(2)
    await expectAlive(engine, people)
  })

  test('[S5] slow frames that come now and then are let through', async () => {
    const { engine, people, hostile } = await enter()
    for (let sent = 0; sent < 60; sent += 1) {
      hostile.send(slow(1000 + sent))
      await engine.rooms.read(document, () => null)
      engine.clock.advance(2000)
    }
    expect(hostile.closed).toBeNull()
    await expectAlive(engine, people)
  })

  test('[S5] one list deeper with each frame: the hundredth is the last', async () => {
    const { engine, people, hostile } = await enter()
    for (let depth = 0; depth < 150 && hostile.closed === null; depth += 1) {
      const parent = depth === 0 ? firstTextId : ([own, depth - 1] as const)
      const structs = [element(depth % 2 === 0 ? 'bulletList' : 'listItem', { parent })]
      hostile.send(updateFrame(writeUpdate([{ client: own, clock: depth, structs }])))
      if (depth % 10 === 0) await settled()
    }
    await settled()
    await settled()
    expect(hostile.closed?.code).toBe(4403)
    const depthOf = (node: { content?: readonly object[] }): number =>
      1 + Math.max(0, ...(node.content ?? []).map(depthOf))
    expect(depthOf(bodyToJson(people.reader.body))).toBeLessThanOrEqual(101)
    await expectAlive(engine, people)
  })

  test('[S5] a reader’s 4 MiB of whatever Yjs can build cost next to nothing', async () => {
    const { engine, people } = await enter()
    const before = await stateOf(engine, people)
    const many = (struct: Struct) =>
      writeUpdate([{ client: own, clock: 0, structs: Array.from({ length: 250_000 }, () => struct) }])
    const frames = [
      many(element('paragraph', { origin: [7, 0] })),
      many(values([1], { origin: [7, 0] })),
      many(gc(1)),
      writeUpdate([
        { client: own, clock: 0, structs: [values(Array<number>(2_000_000).fill(1), { parent: bodyName })] },
      ]),
    ].map(updateFrame)
    for (const frame of frames) {
      const hostile = joinPeer(engine.rooms, document, { persona: 'panelist-ai', writes: false })
      await settled()
      expect(frame.length).toBeLessThan(maxFrameBytes + mebibyte)
      const heap = process.memoryUsage().heapUsed
      const hold = await holdOf(() => hostile.send(frame), isOver(hostile))
      expect(hold).toBeLessThan(200)
      expect(process.memoryUsage().heapUsed - heap).toBeLessThan(128 * mebibyte)
    }
    expect(await stateOf(engine, people)).toEqual(before)
  })

  test('[S5] a state vector of 250,000 entries is answered soon, a longer one is malformed', async () => {
    const { hostile } = await enter()
    const vector = (entries: number) =>
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, entries)
        for (let index = 0; index < entries; index += 1) {
          encoding.writeVarUint(encoder, index)
          encoding.writeVarUint(encoder, 2 ** 40)
        }
      })
    const answers = hostile.received.length
    const frame = stateVectorFrame(vector(250_000))
    const hold = await holdOf(
      () => hostile.send(frame),
      () => hostile.received.length > answers,
    )
    expect(hold).toBeLessThan(1500)
    hostile.send(stateVectorFrame(vector(250_001)))
    expect(hostile.closed?.code).toBe(4400)
  })
})

describe('what people do is never too much', () => {
  const expectAccepted = async (change: (doc: Y.Doc, peer: Peer) => void) => {
    const engine = startEngine()
    const people = await honestPeople(engine)
    const author = joinPeer(engine.rooms, document, { persona: 'us-drafter-ai' })
    await settled()
    const hold = await holdOf(
      () => {
        change(author.doc, author)
        author.acknowledge(1)
      },
      () => author.closed !== null || author.acknowledged.length > 0,
    )
    expect(author.closed).toBeNull()
    await settled()
    expect(people.reader.body.toJSON() === author.body.toJSON()).toBe(true)
    schema.nodeFromJSON(bodyToJson(people.reader.body)).check()
    return hold
  }

  test('[S7] a text of 4 million letters in one piece', async () => {
    await expectAccepted((doc) => textOf(doc.getXmlFragment(bodyName), 0, 'en').insert(0, 'x'.repeat(4_000_000)))
  })

  test('[S7] a paste of 6,000 paragraphs', async () => {
    await expectAccepted((doc) => {
      const paragraphs = Array.from({ length: 6000 }, (_, index) => {
        const paragraph = new Y.XmlElement('paragraph')
        paragraph.insert(0, [new Y.XmlText(`Paragraph ${index}`)])
        return paragraph
      })
      firstTextOf(doc).push(paragraphs)
    })
  })

  test('[S7] lists in lists to 90 levels', async () => {
    await expectAccepted((doc) => {
      let within = firstTextOf(doc)
      doc.transact(() => {
        for (let level = 0; level < 90; level += 1) {
          const next: Y.XmlElement = new Y.XmlElement(level % 2 === 0 ? 'bulletList' : 'listItem')
          within.insert(0, [next])
          within = next
        }
      })
    })
  })

  test('[S7] a night of offline typing at 3,000 places, and most of it deleted again', async () => {
    const chance = random(4)
    await expectAccepted((doc) => {
      const text = textOf(doc.getXmlFragment(bodyName), 0, 'en')
      doc.transact(() => {
        for (let edit = 0; edit < 3000; edit += 1) text.insert(chance.int(0, text.length), 'ab')
        for (let edit = 0; edit < 2000; edit += 1) text.delete(chance.int(0, text.length - 1), 1)
      })
    })
  })

  test('[S5] two hundred thousand deletions, as a client with a long past answers with, are looked through soon', () => {
    const doc = new Y.Doc({ gc: false })
    Y.applyUpdate(doc, seedState().state)
    const text = textOf(doc.getXmlFragment(bodyName), 0, 'en')
    doc.clientID = own
    text.insert(0, 'x'.repeat(400_000))
    const ranges = Array.from({ length: 199_999 }, (_, index) => [index * 2, 1] as const)
    const update = writeUpdate([], [[own, ranges]])
    Y.applyUpdate(doc, update)
    const began = process.cpuUsage()
    const room = {
      doc,
      clockOf: (client: number) => Y.getState(doc.store, client),
      mayAdd: () => true,
      ownerOf: () => 'us-drafter-ai',
    }
    expect(admit(room, update, 'us-drafter-ai', true)).toEqual({ verdict: 'empty' })
    const { user, system } = process.cpuUsage(began)
    expect((user + system) / 1000).toBeLessThan(1000)
  })
})

test('[S6] a version of Yjs for which the guards were not written is refused by name before anything is served', () => {
  expect(() => installYjsGuards('13.7.0')).toThrow('were written for Yjs 13.6.33, and this is 13.7.0')
})
