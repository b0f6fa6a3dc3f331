/** What each person is told while it happens, and that nobody is told more. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDocument, updateDocument } from '#shared/api/document-changes.ts'
import type { ServerEvent } from '#shared/api/events.ts'
import { getGroup } from '#shared/api/initiative.ts'
import { closeSession } from '#shared/api/session.ts'
import { takeSnapshot } from '#shared/api/snapshots.ts'
import { createThread } from '#shared/api/threads.ts'
import { createEvents } from '#server/http/events.ts'
import { createLogger } from '#server/http/logger.ts'
import { createPeople } from '#server/http/people.ts'
import { createSessions } from '#server/http/session.ts'
import { systemClock } from '#server/jobs/clock.ts'
import { deferred, manualClock, settled } from '#test/support/memory-log.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { actingAs, readEvents, type Caller } from './client.ts'
import { actorOf } from './live.ts'
import { replaceWords } from './text.ts'

const mou = { id: 'semiconductors-mou' }
let server: TestServer
let us: Caller
let jp: Caller

beforeAll(async () => {
  server = await startTestServer()
  us = await actingAs(server, 'us-cochair-semiconductors')
  jp = await actingAs(server, 'jp-cochair-semiconductors')
})
afterAll(() => server.stop())

const note = { group: 'semiconductors', kind: 'note', title: { en: 'Points', ja: '論点' } }

describe('who hears of what', () => {
  test('[H6] edits reach those who may read the draft, and nobody else', async () => {
    const audience = {
      'jp-drafter-semiconductors': true,
      'panelist-semiconductors': false,
      'us-cochair-investment': true,
      'us-cochair-ai': false,
      'jp-principal': false,
      secretariat: true,
    }
    const readers = await Promise.all(
      Object.entries(audience).map(async ([persona, hears]) => ({
        persona,
        hears,
        events: await readEvents(server, await server.signIn(persona)),
      })),
    )
    const plan = 'semiconductors-action-plan'
    await replaceWords(server.rooms, plan, 'us-cochair-semiconductors', 'the', 'THE')
    // All of these hear of a thread or a version that follows; whoever did not hear of the edit by then was not told.
    const last = await actingAs(server, 'secretariat')
    const taken = await last.call(takeSnapshot, { params: { id: plan }, body: { label: 'After', agreed: true } })
    for (const { persona, hears, events } of readers) {
      if (hears || persona === 'jp-principal') expect((await events.until('snapshot')).snapshot).toBe(taken.id)
      else await events.until('presence')
      expect([persona, events.bytes().includes('"edited"')]).toEqual([persona, hears])
      events.close()
    }
  })

  test('[H6][T1] a delegation’s thread is told to that delegation alone, byte for byte', async () => {
    const [mine, drafter, theirs, secretariat] = await Promise.all(
      ['us-cochair-semiconductors', 'us-drafter-semiconductors', 'jp-drafter-semiconductors', 'secretariat'].map(
        async (persona) => await readEvents(server, await server.signIn(persona)),
      ),
    )
    const body = { audience: 'delegation', body: 'Our fallback', mentions: ['us-drafter-semiconductors'] }
    const { id } = await us.call(createThread, { params: mou, body })
    const open = await us.call(createThread, { params: mou, body: { audience: 'joint', body: 'To all' } })
    expect((await drafter?.until('thread'))?.mentions).toEqual(['us-drafter-semiconductors'])
    for (const events of [theirs, secretariat]) {
      expect((await events?.until('thread'))?.thread).toBe(open.id)
      expect(events?.bytes()).not.toContain(id)
      expect(events?.bytes()).not.toContain('us-drafter-semiconductors')
    }
    for (const events of [mine, drafter, theirs, secretariat]) events?.close()
  })

  test('[H6] a new document and its opening to the panel are told to those who may read it by then', async () => {
    const panel = await readEvents(server, await server.signIn('panelist-semiconductors'))
    const others = await readEvents(server, jp.cookie)
    const { id } = await us.call(createDocument, { body: note })
    expect(await others.until('document')).toMatchObject({ document: id, change: 'created' })
    await us.call(updateDocument, { params: { id }, body: { panelOpen: true } })
    expect(await panel.until('document')).toMatchObject({ document: id, change: 'updated' })
    expect(panel.bytes()).not.toContain('"created"')
    panel.close()
    others.close()
  })
})

describe('the stream', () => {
  test('[H6] many edits are told once a second at most, with everyone who made them', async () => {
    const clock = manualClock()
    const timed = await startTestServer({ clock })
    const events = await readEvents(timed, await timed.signIn('secretariat'))
    const committed = (user: string) =>
      timed.cluster.publish({ type: 'committed', document: mou.id, seq: 2, users: [user], at: clock.now() })
    committed('us-cochair-semiconductors')
    expect((await events.until('document')).by.map(({ id }) => id)).toEqual(['us-cochair-semiconductors'])
    for (let count = 0; count < 20; count += 1) {
      committed('jp-cochair-semiconductors')
      committed('us-drafter-semiconductors')
    }
    await settled()
    clock.advance(1000)
    const gathered = await events.until('document')
    expect(gathered.by.map(({ id }) => id)).toEqual(['jp-cochair-semiconductors', 'us-drafter-semiconductors'])
    clock.advance(1000)
    committed('jp-drafter-semiconductors')
    expect((await events.until('document')).by.map(({ id }) => id)).toEqual(['jp-drafter-semiconductors'])
    expect(events.bytes().match(/"edited"/g)).toHaveLength(3)
    events.close()
    await timed.stop()
  })

  test('[H6] who is online changes, and the overview shows it', async () => {
    const watcher = await readEvents(server, us.cookie)
    const arrival = await readEvents(server, jp.cookie)
    await watcher.until('presence')
    const { online } = await us.call(getGroup, { params: { group: 'semiconductors' } })
    expect(online.map(({ id }) => id)).toEqual(['us-cochair-semiconductors', 'jp-cochair-semiconductors'])
    arrival.close()
    await watcher.until('presence')
    watcher.close()
  })

  test('[H6] it is refused to a page whose reader is no longer the one who is signed in', async () => {
    const asFor = async (user: string) =>
      await fetch(`${server.url}/api/events?user=${user}`, { method: 'HEAD', headers: { cookie: us.cookie } })
    expect((await asFor('us-cochair-semiconductors')).status).toBe(200)
    expect((await asFor('jp-cochair-semiconductors')).status).toBe(409)
  })

  test('[H4] it ends when its session is signed out elsewhere', async () => {
    const someone = await actingAs(server, 'us-cochair-cybersecurity')
    const events = await readEvents(server, someone.cookie)
    await someone.call(closeSession)
    expect(await events.until('signedOut')).toEqual({ type: 'signedOut' })
    await events.ended
  })

  test('[S9] it hears nothing after its session has ended, and shows nobody online, however long its end takes', async () => {
    const { storage, cluster } = server
    const parts = { storage, cluster, clock: systemClock, logger: createLogger('silent') }
    const people = await createPeople(storage, cluster, systemClock)
    const sessions = createSessions(parts)
    const events = createEvents({ ...parts, people, sessions })
    const actor = actorOf('us-cochair-cybersecurity')
    const { signedIn } = (await sessions.open(actor.user)) ?? {}
    if (signedIn === undefined) throw new Error('No session was opened')
    const heard: string[] = []
    let ends = 0
    await new Promise<void>((resolve) => {
      const hear = ({ type }: ServerEvent) => {
        heard.push(type)
        resolve()
      }
      events.listen(signedIn, hear, () => (ends += 1))
    })
    expect(events.online()).toEqual([actor])
    await sessions.close(signedIn.tokenHash)
    expect([ends, events.online()]).toEqual([1, []])
    cluster.publish({
      type: 'snapshot',
      document: 'cybersecurity-mou',
      snapshot: 'x',
      label: 'x',
      agreed: false,
      at: 1,
      by: 'secretariat',
    })
    await storage.documents.get(mou.id)
    await settled()
    expect(heard).toEqual(['ready', 'signedOut'])
    for (const part of [events, sessions, people]) part.stop()
  })

  test('[S9] it ends within two seconds when its rights change and the store does not answer', async () => {
    const clock = manualClock()
    const asked = deferred()
    const never = deferred<null>()
    let answers = true
    await using stuck = await startTestServer({
      clock,
      wrap: (storage) => ({
        ...storage,
        sessions: {
          ...storage.sessions,
          get(hash) {
            if (answers) return storage.sessions.get(hash)
            asked.resolve()
            return never.promise
          },
        },
      }),
    })
    const events = await readEvents(stuck, await stuck.signIn('secretariat'))
    const bystander = await readEvents(stuck, await stuck.signIn('us-cochair-ai'))
    answers = false
    stuck.cluster.publish({ type: 'rightsChanged', user: 'secretariat', document: null })
    await asked.promise
    clock.advance(1999)
    await events.ended
    // Who keeps their rights goes on, and hears that someone has left.
    clock.advance(1000)
    expect(await bystander.until('presence')).toEqual({ type: 'presence' })
    never.resolve(null)
    bystander.close()
  })

  test('[H6] a quiet stream stays alive', async () => {
    const clock = manualClock()
    const timed = await startTestServer({ clock })
    const events = await readEvents(timed, await timed.signIn('secretariat'))
    clock.advance(1000)
    await events.until('presence')
    clock.advance(19_000)
    const snapshot = crypto.randomUUID()
    timed.cluster.publish({
      type: 'snapshot',
      document: mou.id,
      snapshot,
      label: 'x',
      agreed: false,
      at: 1,
      by: 'secretariat',
    })
    await events.until('snapshot')
    expect(events.bytes()).toMatch(/\n: still here\n\n/)
    events.close()
    await timed.stop()
  })
})
