/** Two rooms of one document on one store, as on two nodes that have not heard of each other: neither passes over the other's rows. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { appendJson, clauseJson } from '#shared/editor/clauses.ts'
import { bodyToJson, canonical } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { editAtRandom } from '../support/editor-peer.ts'
import { always, document, seededLog, startEngine, textOf } from '../support/engine.ts'
import { settled, type MemoryLog } from '../support/memory-log.ts'
import { actorOf, joinPeer, type Peer } from '../support/peer.ts'
import { random } from '../support/random.ts'

const turns = async () => {
  for (let turn = 0; turn < 12; turn += 1) await settled()
}

/** Attributes that came in another order are the same attributes. */
const shownBy = (doc: Y.Doc) => JSON.stringify(canonical(bodyToJson(doc.getXmlFragment(bodyName))))

/** The text as the log has it, and as its checkpoint and what came after have it. */
async function stored(log: MemoryLog): Promise<{ replayed: string; loaded: string }> {
  const replayed = new Y.Doc({ gc: false })
  for (const { bytes } of log.documents.get(document)?.rows ?? []) Y.applyUpdate(replayed, bytes)
  const loaded = new Y.Doc({ gc: false })
  const text = await log.load(document)
  if (text?.checkpoint) Y.applyUpdate(loaded, text.checkpoint.bytes)
  for (const bytes of text?.updates ?? []) Y.applyUpdate(loaded, bytes)
  return { replayed: shownBy(replayed), loaded: shownBy(loaded) }
}

describe.each(Array.from({ length: 10 }, (_, index) => index * 20))('seeds from %i', (from) => {
  test('[S17] twenty documents that two rooms write at once end equal to their logs, for everyone in either room', async () => {
    const refused: unknown[] = []
    for (let seed = from; seed < from + 20; seed += 1) {
      const chance = random(seed)
      const log = seededLog()
      const nodes = [startEngine({ log }), startEngine({ log })] as const
      const peers = nodes.flatMap(({ rooms }, node) => [
        joinPeer(rooms, document, { persona: node === 0 ? 'us-cochair-ai' : 'jp-cochair-ai' }),
        joinPeer(rooms, document, { persona: node === 0 ? 'us-drafter-ai' : 'jp-drafter-ai' }),
      ])
      await turns()
      let ids = 0
      for (let edit = 0; edit < 30; edit += 1) {
        const newId = () => `00000000-0000-4000-c000-${String((ids += 1)).padStart(12, '0')}`
        editAtRandom(chance.pick(peers).body, chance, newId)
        if (chance.int(0, 2) === 0) await settled()
        if (chance.int(0, 9) === 0) await turns()
        for (const { clock } of nodes) clock.advance(chance.int(0, 40))
      }
      await turns()
      // A room learns of rows by what it writes itself.
      for (const node of [nodes[0], nodes[1], nodes[0]]) {
        await node.rooms.edit(document, actorOf('us-cochair-ai'), (body) =>
          appendJson(
            body,
            [clauseJson({ id: `00000000-0000-4000-d000-${String((ids += 1)).padStart(12, '0')}`, kind: 'article' })],
            null,
          ),
        )
        for (const { clock } of nodes) clock.advance(1000)
        await turns()
      }
      const { replayed, loaded } = await stored(log)
      const inRoom = await nodes[0].rooms.read(document, shownBy)
      expect({ seed, room: inRoom, loaded }).toEqual({ seed, room: replayed, loaded: replayed })
      refused.push(...peers.flatMap(({ closed }) => closed ?? []))
      for (const { closed, doc } of peers.slice(0, 2)) if (closed === null) expect(shownBy(doc)).toBe(replayed)
      await Promise.all(nodes.map(({ rooms }) => rooms.close()))
      const after = await stored(log)
      expect(after.loaded).toBe(after.replayed)
    }
    // If one user changes the kind of a clause while another fills in a field of its old kind, the later edit is refused.
    expect(refused.length).toBeLessThanOrEqual(1)
  }, 60_000)
})

/** A room with a writer, and someone else who has put a row into its log behind its back. */
async function behind(): Promise<{
  log: MemoryLog
  engine: ReturnType<typeof startEngine>
  peer: Peer
  foreign: string
}> {
  const log = seededLog()
  const engine = startEngine({ log })
  const peer = joinPeer(engine.rooms, document, { persona: 'us-cochair-ai' })
  await turns()
  const elsewhere = startEngine({ log })
  await elsewhere.rooms.edit(document, actorOf('jp-cochair-ai'), (body) => textOf(body, 0, 'en').insert(0, 'Foreign. '))
  await elsewhere.rooms.close()
  return { log, engine, peer, foreign: 'Foreign. ' }
}

test('[S17] an edit behind rows that the room never saw waits until it has them, and everyone is shown both', async () => {
  const { log, engine, peer, foreign } = await behind()
  textOf(peer.body, 0, 'en').insert(0, 'Own. ')
  peer.acknowledge(1)
  await turns()
  expect(peer.acknowledged).toEqual([1])
  expect(textOf(peer.body, 0, 'en').toString()).toContain(foreign)
  expect(textOf(peer.body, 0, 'en').toString()).toContain('Own. ')
  await engine.rooms.close()
  const { replayed, loaded } = await stored(log)
  expect(loaded).toBe(replayed)
})

test('[S17] a command decides on the text that it is written behind, and is asked again where that has moved on', async () => {
  const { engine, foreign } = await behind()
  const seen: string[] = []
  const outcome = await engine.rooms.command(document, actorOf('us-cochair-ai'), ({ body, seq }) => {
    const words = textOf(body, 0, 'en').toString()
    seen.push(words)
    return { edit: (text) => textOf(text, 0, 'en').insert(0, `After ${words.length}. `), answer: seq }
  })
  expect(seen).toHaveLength(2)
  expect(seen[0]).not.toContain(foreign)
  expect(seen[1]).toContain(foreign)
  expect(outcome).toEqual({ answer: 2, changed: true })
  const text = await engine.rooms.read(document, (doc) => textOf(doc.getXmlFragment(bodyName), 0, 'en').toString())
  expect(text).toBe(`After ${seen[1]?.length}. ${seen[1]}`)
  await engine.rooms.close()
})

test('[S17] a command that throws as it decides, or whose edit must not stand, changes nothing, and the room goes on', async () => {
  const log = seededLog()
  const { rooms } = startEngine({
    log,
    checks: [always({ judge: ({ body }) => (JSON.stringify(body).includes('Never') ? 'No.' : null) })],
  })
  const rows = () => log.documents.get(document)?.rows.length
  await expect(
    rooms.command(document, actorOf('us-cochair-ai'), () => {
      throw new RangeError('Too late')
    }),
  ).rejects.toThrow('Too late')
  const never = rooms.command(document, actorOf('us-cochair-ai'), () => ({
    edit: (body) => textOf(body, 0, 'en').insert(0, 'Never'),
    answer: null,
  }))
  await expect(never).rejects.toThrow('No.')
  expect(rows()).toBe(1)
  expect(await rooms.command('no-such-document', actorOf('us-cochair-ai'), () => ({ answer: 1 }))).toBeNull()
  expect(await rooms.command(document, actorOf('us-cochair-ai'), () => ({ answer: 1 }))).toEqual({
    answer: 1,
    changed: false,
  })
  await rooms.close()
})
