/** Rights that end while words are under way: whatever ends them, and whatever the other end does, the connection is over within two seconds. */
import { createHash, randomBytes } from 'node:crypto'
import * as encoding from 'lib0/encoding'
import { describe, expect, test } from 'vitest'
import { closeSession } from '#shared/api/session.ts'
import { closeCode, messageType } from '#shared/protocol/messages.ts'
import { sessionCookie } from '#server/http/session.ts'
import { systemClock } from '#server/jobs/clock.ts'
import { awarenessFrame } from '#server/sync/frames.ts'
import type { Clock } from '#server/sync/types.ts'
import { manualClock } from '#test/support/memory-log.ts'
import { closeCodeOf, frame, openRaw, readFrames, type RawConnection } from '#test/support/raw-socket.ts'
import { watchServerSockets, type ServerSockets } from '#test/support/server-sockets.ts'
import type { TestServer } from '#test/support/server.ts'
import { reseat } from '#test/support/writes.ts'
import { actingAs, caller } from './client.ts'
import {
  actorOf,
  bytesOf,
  closedWith,
  copyOf,
  enter,
  tokenOf,
  isAcknowledged,
  acknowledge,
  mou,
  sized,
  startGated,
  textIn,
} from './live.ts'

const user = 'us-drafter-semiconductors'
const promised = 2000

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

/** A session of the user that ends at that time. */
async function sessionUntil(server: TestServer, expiresAt: number): Promise<{ cookie: string; hash: string }> {
  const token = randomBytes(32).toString('base64url')
  const hash = hashOf(token)
  await server.storage.sessions.open(hash, { user, createdAt: Date.now(), expiresAt, device: '' })
  return { cookie: `${sessionCookie}=${token}`, hash }
}

/** Writes so much into the text, for all to read, that it cannot all be on its way to someone who does not read. */
async function writeMuch(server: TestServer, sockets: ServerSockets, stalled: RawConnection): Promise<void> {
  const writer = await enter(server, await server.signIn('jp-cochair-semiconductors'))
  const copy = await copyOf(server, 'Done in duplicate')
  const large = 'x'.repeat(1024 * 1024)
  const end = sockets.of(stalled.socket)
  for (let count = 1; end.writableLength < 1024 * 1024; count += 1) {
    writer.socket.write(frame(bytesOf(0, 2, sized(copy.change(({ text }) => text.insert(0, large))))))
    writer.socket.write(acknowledge(count))
    await writer.until((bytes) => isAcknowledged(bytes, count))
  }
  writer.socket.destroy()
}

const lifetime = 60 * 60 * 1000

/** The system's clock, on which the end of a session can be made to come. */
function clockWithEnd() {
  let passed = 0
  const waiting = new Set<{ at: number; run: () => void }>()
  const clock: Clock = {
    now: () => systemClock.now() + passed,
    elapsed: () => systemClock.elapsed(),
    after(ms, run) {
      if (ms < lifetime / 2) return systemClock.after(ms, run)
      const task = { at: clock.now() + ms, run }
      waiting.add(task)
      return () => waiting.delete(task)
    },
  }
  const comeToEnd = () => {
    passed = lifetime
    const due = [...waiting].filter(({ at }) => at <= clock.now())
    for (const { run } of due) run()
  }
  return { clock, comeToEnd }
}

type Stage = { readonly server: TestServer; readonly cookie: string; readonly comeToEnd: () => void }

const causes: Record<string, { readonly code: number; readonly end: (stage: Stage) => unknown }> = {
  'signing out': {
    code: closeCode.unauthenticated,
    end: async ({ server, cookie }) => await caller(server, cookie).call(closeSession),
  },
  'losing the seat': {
    code: closeCode.forbidden,
    end: async ({ server }) => {
      await reseat(server.storage, user, actorOf('us-drafter-cybersecurity'))
      server.cluster.publish({ type: 'rightsChanged', user, document: null })
    },
  },
  'the end of the session': { code: closeCode.unauthenticated, end: ({ comeToEnd }) => comeToEnd() },
}

describe('within two seconds', () => {
  test.each(Object.entries(causes))(
    '[S9] %s ends one who is writing, one who only reads, and one who does not even read; what was queued is dropped',
    async (_, { code, end }) => {
      using sockets = watchServerSockets()
      const { clock, comeToEnd } = clockWithEnd()
      const gated = await startGated({ clock })
      const { server } = gated
      const { cookie } = await sessionUntil(server, clock.now() + lifetime)
      const [writer, reader, stalled] = await Promise.all([1, 2, 3].map(() => enter(server, cookie)))
      if (writer === undefined || reader === undefined || stalled === undefined) throw new Error('Three came in')
      stalled.socket.pause()
      await writeMuch(server, sockets, stalled)
      const copy = await copyOf(server)
      const other = await enter(server, await server.signIn('jp-cochair-semiconductors'))
      const others = await copyOf(server)
      const edits = (mark: string, count: number) => {
        const updates = copy.changes(({ text }) => {
          for (let made = 0; made < count; made += 1) text.insert(0, mark)
        })
        return Buffer.concat(updates.map((update) => frame(bytesOf(0, 2, sized(update)))))
      }
      const over = [writer, reader, stalled].map(({ socket }) => {
        const there = sockets.of(socket)
        return new Promise<number>((resolve) => there.once('close', () => resolve(performance.now())))
      })
      const first = edits('«first»', 1)
      const burst = edits('«later»', 1000)
      const more = edits('«later»', 200)
      // Presence overtakes the commit: once others see it, all that was sent before it stands in line.
      const sign = frame(awarenessFrame([{ clientId: 4711, clock: 1, json: '{}' }]))
      const { committing, release } = gated.hold()
      writer.socket.write(first)
      await committing
      // The rest of the burst stands in line, more of it is on its way, and then the rights end.
      writer.socket.write(Buffer.concat([burst, sign]))
      await other.until((bytes) => readFrames(bytes).some(({ payload }) => payload[0] === messageType.awareness))
      const at = performance.now()
      await end({ server, cookie, comeToEnd })
      writer.socket.write(more)
      const waits = (await Promise.all(over)).map((ended) => ended - at)
      for (const wait of waits) expect(wait).toBeLessThan(promised)
      for (const raw of [writer, reader]) expect(closeCodeOf(raw.received())).toBe(code)

      // What is written afterwards reaches none of them, whatever they still had to read.
      release()
      other.socket.write(frame(bytesOf(0, 2, sized(others.change(({ text }) => text.insert(0, '«secret»'))))))
      other.socket.write(acknowledge(1))
      await other.until((bytes) => isAcknowledged(bytes, 1))
      stalled.socket.resume()
      for (const { gone } of [writer, reader, stalled]) expect((await gone).rest.includes('«secret»')).toBe(false)
      const text = await textIn(server)
      expect(['«first»', '«later»', '«secret»'].filter((mark) => text.includes(mark))).toEqual(['«first»', '«secret»'])
      const rows = await server.storage.log.history(mou, { after: 0, upTo: 1_000_000, limit: 1000 })
      const own = rows.filter((row) => row.user === user).map(({ bytes }) => Buffer.from(bytes))
      expect(own.map((bytes) => bytes.includes('«first»'))).toEqual([true])
      other.socket.destroy()
      await server.stop()
    },
  )

  test('[S9] a store that does not answer, and a reader that does not read, together leave no more time', async () => {
    using sockets = watchServerSockets()
    const clock = manualClock()
    const gated = await startGated({ clock })
    const { server } = gated
    const stalled = await enter(server, await server.signIn(user))
    stalled.socket.pause()
    const there = sockets.of(stalled.socket)
    const over = new Promise<number>((resolve) => there.once('close', () => resolve(performance.now())))
    const { asked, release } = gated.stallDocuments()
    server.cluster.publish({ type: 'rightsChanged', user, document: mou })
    await asked
    // The look-up is given up by the server's clock, the farewell by the system's.
    const givenUpAfter = 750
    clock.advance(givenUpAfter)
    const at = performance.now()
    expect(givenUpAfter + (await over) - at).toBeLessThan(promised)
    release()
    stalled.socket.destroy()
    await server.stop()
  })
})

describe('a new session that is presented', () => {
  const present = (cookie: string) =>
    frame(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, messageType.reauthenticate)
        encoding.writeVarString(encoder, tokenOf(cookie))
      }),
    )

  test('[S9] a new session that ends while it is looked up closes the connection that presented it as not signed in', async () => {
    const gated = await startGated()
    const { server } = gated
    const [old, fresh] = await Promise.all([actingAs(server, user), actingAs(server, user)])
    const raw = await enter(server, old.cookie)
    raw.socket.write(acknowledge(1))
    await raw.until((bytes) => isAcknowledged(bytes, 1))
    const { asked, release } = gated.stallDocuments()
    raw.socket.write(present(fresh.cookie))
    await asked
    // The store answers in turn: whatever else was asked of it by now has been answered.
    for (let step = 0; step < 3; step += 1) await server.storage.people.user('secretariat')
    await fresh.call(closeSession)
    release()
    expect(await closedWith(raw)).toBe(closeCode.unauthenticated)
    await server.stop()
  })

  test('[S9] a new session that ends when it has just been found closes the connection that presented it', async () => {
    const gated = await startGated()
    const { server } = gated
    const old = await actingAs(server, user)
    const raw = await enter(server, old.cookie)
    raw.socket.write(acknowledge(1))
    await raw.until((bytes) => isAcknowledged(bytes, 1))
    const fresh = await sessionUntil(server, Date.now() + lifetime)
    const { asked, release } = gated.stallMembers()
    raw.socket.write(present(fresh.cookie))
    await asked
    await server.storage.sessions.close(fresh.hash)
    server.cluster.publish({ type: 'signedOut', tokenHash: fresh.hash })
    release()
    expect([closeCode.unauthenticated, closeCode.forbidden]).toContain(await closedWith(raw))
    await server.stop()
  })
})

describe('a request that takes its time', () => {
  const threads = `/api/documents/${mou}/threads`
  const body = JSON.stringify({ audience: 'joint', body: 'Late words' })
  const head = `POST ${threads} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`

  test('[S9] changes nothing if all of it is there only after its session has ended', async () => {
    const gated = await startGated()
    const { server } = gated
    const someone = await actingAs(server, user)
    // Once its user is looked up, the request is under way.
    const { asked, release } = gated.stallMembers()
    const raw = openRaw(server.url, `${head}Cookie: ${someone.cookie}\r\n\r\n${body.slice(0, 9)}`)
    await asked
    release()
    await someone.call(closeSession)
    raw.socket.write(body.slice(9))
    expect(await raw.answered).toBe(401)
    const reader = await actingAs(server, 'jp-cochair-semiconductors')
    expect((await reader.send('GET', threads)).text).not.toContain('Late words')
    raw.socket.destroy()
    await server.stop()
  })

  test('[S9][S11] for someone without a session no body is waited for', async () => {
    const { server } = await startGated()
    const raw = openRaw(server.url, `${head}\r\n{`)
    expect(await raw.answered).toBe(401)
    raw.socket.destroy()
    await server.stop()
  })
})
