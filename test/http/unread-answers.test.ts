/** Those who ask over plain HTTP and do not take the answers: what is kept for them, and for how long. */
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { deferred } from '#test/support/memory-log.ts'
import { handshake, openRaw, type RawConnection } from '#test/support/raw-socket.ts'
import { watchServerSockets } from '#test/support/server-sockets.ts'
import { startTestServer } from '#test/support/server.ts'

const ask = (path: string, cookie = '') => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie}\r\n\r\n`
const documents = '/api/documents'

/** A server on which an answer can be held up, and that counts how many have been begun. */
async function startHeld() {
  let held = Promise.resolve()
  let reached = () => {}
  let begun = 0
  const server = await startTestServer({
    wrap: (storage) => ({
      ...storage,
      documents: {
        ...storage.documents,
        async list() {
          begun += 1
          reached()
          await held
          return await storage.documents.list()
        },
      },
    }),
  })
  return {
    server,
    cookie: await server.signIn('secretariat'),
    begun: () => begun,
    /** Holds answers up from now on. `reached` resolves when one is. */
    hold: () => {
      const gate = deferred()
      const first = deferred()
      held = gate.promise
      reached = first.resolve
      return { reached: first.promise, release: gate.resolve }
    },
  }
}

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))
const answersIn = (bytes: Buffer) => bytes.toString('latin1').match(/HTTP\/1\.1 200/g)?.length ?? 0

describe('requests ahead of their answers', () => {
  test('[S11] whoever asks two hundred times ahead is cut off, and at most one answer was begun', async () => {
    const { server, cookie, begun, hold } = await startHeld()
    const { release } = hold()
    const { gone } = openRaw(server.url, ask(documents, cookie).repeat(200))
    expect((await gone).rest).toHaveLength(0)
    release()
    await server.stop()
    expect(begun()).toBeLessThanOrEqual(1)
  })

  test('[S11] a few requests ahead are answered, each in its turn', async () => {
    const { server, cookie, begun, hold } = await startHeld()
    const { reached, release } = hold()
    const raw = openRaw(server.url, ask(documents, cookie).repeat(3) + ask('/healthz').repeat(5))
    await reached
    // What comes on another connection is answered meanwhile.
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    expect(begun()).toBe(1)
    release()
    await raw.until((rest) => answersIn(rest) === 7)
    expect(begun()).toBe(3)
    raw.socket.destroy()
    await server.stop()
  })

  test('[S11] an upgrade behind an answer that is under way ends the connection', async () => {
    const { server, cookie, hold } = await startHeld()
    const { release } = hold()
    const { gone } = openRaw(server.url, ask(documents, cookie) + handshake('/sync/ai-mou', { Cookie: cookie }))
    expect(await gone).toMatchObject({ status: 0 })
    expect(server.rooms.present()).toEqual([])
    release()
    await server.stop()
  })
})

describe('a connection on which nothing gets on', () => {
  const untaken = 60_000

  test('[S11] ends a minute later, whether its answer or its refused upgrade is not taken', async () => {
    using sockets = watchServerSockets()
    const { server, cookie, hold } = await startHeld()
    const { reached, release } = hold()
    const expectEnd = async ({ socket }: RawConnection) => {
      const end = sockets.of(socket)
      expect(end.timeout).toBe(untaken)
      const over = closed(end)
      end.emit('timeout')
      await over
    }
    const reader = openRaw(server.url, ask(documents, cookie))
    await reached
    await expectEnd(reader)
    const refused = openRaw(server.url, handshake('/nowhere'), { halfOpen: true })
    await refused.answered
    await expectEnd(refused)
    release()
    await server.stop()
  })

  test('[S12] a live connection has no such end', async () => {
    using sockets = watchServerSockets()
    await using server = await startTestServer()
    const cookie = await server.signIn('us-cochair-semiconductors')
    const live = openRaw(server.url, handshake('/sync/semiconductors-mou', { Cookie: cookie }))
    expect(await live.answered).toBe(101)
    expect(sockets.of(live.socket).timeout).toBe(0)
    live.socket.destroy()
  })
})
