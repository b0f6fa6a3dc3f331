/** Rare moments: the world's clock set back, a stop while people write, rights that end while the text is loaded anew. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { bodyName } from '#shared/protocol/messages.ts'
import type { Changeset } from '#server/storage/storage.ts'
import { createBuckets } from '#server/http/rate.ts'
import { createCommitter } from '#server/sync/committer.ts'
import { updateFrame } from '#server/sync/frames.ts'
import { always, document, seededLog, startEngine, textOf } from '../support/engine.ts'
import { deferred, manualClock, settled } from '../support/memory-log.ts'
import { actorOf, joinPeer } from '../support/peer.ts'

const turns = async (count = 20) => {
  for (let turn = 0; turn < count; turn += 1) await settled()
}

const hour = 3_600_000

describe('a clock that is set back by an hour', () => {
  test('[S6] [S16] disconnects nobody and holds nothing back, also in a room of twenty', async () => {
    const engine = startEngine()
    const writer = joinPeer(engine.rooms, document)
    for (let reader = 0; reader < 20; reader += 1) joinPeer(engine.rooms, document, { persona: 'jp-cochair-ai' })
    await turns()
    engine.clock.advance(1000)
    await turns()
    const write = async (count: number) => {
      textOf(writer.body, 0, 'en').insert(0, 'x')
      writer.acknowledge(count)
      await turns()
      engine.clock.advance(25)
      await turns()
    }
    await write(1)
    engine.clock.setBack(hour)
    await write(2)
    expect(writer.closed).toBeNull()
    expect(writer.acknowledged).toEqual([1, 2])
  })

  test('[S16] lets the documents that share a commit wait no longer', async () => {
    const binding = (id: string): Changeset => ({
      text: { document: id, epoch: 1, base: null, rows: [], clients: [] },
    })
    const log = seededLog()
    log.transact = async (changesets) => changesets.map(() => ({ head: 1 }))
    const clock = manualClock()
    const committer = createCommitter(log, clock, { committed() {}, overdue() {}, caughtUp() {} })
    for (let round = 0; round < 3; round += 1) {
      for (let at = 0; at < 30; at += 1) {
        await committer.commit(binding(`document ${at}`))
      }
      clock.advance(300)
    }
    await committer.commit(binding('document 1'))
    clock.setBack(hour)
    let isOver = false
    const next = committer.nextTransaction()
    expect(next).not.toBeNull()
    void next?.then(() => (isOver = true))
    clock.advance(10)
    await settled()
    expect(isOver).toBe(true)
  })

  test('[S11] refuses nobody who had something left', () => {
    const clock = manualClock()
    const buckets = createBuckets(clock, { burst: 4000, perSecond: 400 })
    expect(buckets.take('an address')).toBe(0)
    clock.setBack(hour)
    expect(buckets.take('an address')).toBe(0)
  })
})

describe('a stop', () => {
  test('[S1] takes nothing more from those who write faster than it commits, and ends', async () => {
    const log = seededLog()
    const { rooms } = startEngine({ log })
    const writer = joinPeer(rooms, document)
    await turns()
    let commits = 0
    log.before.append = () => {
      commits += 1
      if (commits < 1000) textOf(writer.body, 0, 'en').insert(0, 'x')
    }
    textOf(writer.body, 0, 'en').insert(0, 'x')
    await rooms.close()
    expect(commits).toBe(1)
    expect(writer.closed?.code).toBe(4503)
  })

  test('[S1] has nothing under way any more when it is over, whatever came during the last checkpoint', async () => {
    const log = seededLog()
    const { rooms } = startEngine({ log })
    const writer = joinPeer(rooms, document)
    await turns()
    textOf(writer.body, 0, 'en').insert(0, 'x')
    await turns()
    const checkpoint = deferred()
    log.before.checkpoint = () => checkpoint.promise
    const closing = rooms.close()
    await turns()
    let appends = 0
    log.before.append = () => {
      appends += 1
    }
    textOf(writer.body, 0, 'en').insert(0, 'y')
    await turns()
    checkpoint.resolve()
    await closing
    await turns()
    expect(appends).toBe(0)
  })

  test('[S1] [S4] opens no room afterwards, for nobody who reads or edits', async () => {
    const { rooms, counts } = startEngine()
    await rooms.close()
    await expect(rooms.edit(document, actorOf('us-cochair-ai'), () => {})).rejects.toThrow('The server is stopping')
    await expect(rooms.read(document, () => 0)).rejects.toThrow('The server is stopping')
    expect(counts.rooms).toBe(0)
  })
})

test('[S9] who is disconnected while another’s refusal has the text loaded anew leaves no edit behind', async () => {
  const log = seededLog()
  const refused = 'jp-cochair-ai'
  const { rooms, cluster } = startEngine({
    log,
    checks: [always({ judge: ({ author }) => (author.id === refused ? 'No.' : null) })],
  })
  const leaving = joinPeer(rooms, document, { persona: 'us-cochair-ai' })
  const culprit = joinPeer(rooms, document, { persona: refused })
  await turns()
  const load = deferred()
  log.before.load = () => load.promise
  textOf(leaving.body, 0, 'en').insert(0, 'A')
  textOf(culprit.body, 1, 'en').insert(0, 'B')
  await turns()
  cluster.publish({ type: 'signedOut', tokenHash: 'us-cochair-ai' })
  await turns()
  expect(leaving.closed?.code).toBe(4401)
  load.resolve()
  await turns()
  expect(log.documents.get(document)?.rows).toHaveLength(1)
})

test('[S14] what a copy of another epoch sends while the text is loaded is not written', async () => {
  const log = seededLog()
  const load = deferred()
  log.before.load = () => load.promise
  const { rooms } = startEngine({ log })
  const stale = joinPeer(rooms, document, { epoch: 99, stock: false })
  stale.doc.getXmlFragment(bodyName).insert(0, [new Y.XmlElement('paragraph')])
  stale.send(updateFrame(Y.encodeStateAsUpdate(stale.doc)))
  load.resolve()
  await turns()
  expect(stale.closed?.code).toBe(4409)
  expect(log.documents.get(document)?.rows).toHaveLength(1)
})

test('[S15] a checkpoint that failed is tried again when the text is put away', async () => {
  const log = seededLog()
  const { rooms, clock } = startEngine({ log })
  const writer = joinPeer(rooms, document)
  await turns()
  for (let typed = 0; typed < 70; typed += 1) {
    textOf(writer.body, 0, 'en').insert(0, 'x')
    await turns(5)
  }
  let tries = 0
  log.before.checkpoint = () => {
    tries += 1
    if (tries === 1) throw new Error('The disk is busy')
  }
  clock.advance(5000)
  await turns()
  expect(tries).toBe(1)
  writer.leave()
  clock.advance(31_000)
  await turns()
  expect(log.documents.get(document)?.checkpoint).not.toBeNull()
})

test('[S5] two hundred who open a text at the same moment are sent the same bytes, encoded once', async () => {
  const { rooms, clock } = startEngine()
  await rooms.edit(document, actorOf('us-cochair-ai'), (body) => textOf(body, 0, 'en').insert(0, 'x'.repeat(100_000)))
  const peers = Array.from({ length: 200 }, () => joinPeer(rooms, document, { persona: 'secretariat', writes: false }))
  for (let batch = 0; batch < 100; batch += 1) {
    clock.advance(25)
    await turns(3)
  }
  const large = peers.flatMap(({ received }) => received.filter(({ length }) => length > 100_000))
  expect(large).toHaveLength(200)
  expect(new Set(large).size).toBe(1)
})
