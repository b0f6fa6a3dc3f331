/** Who is let in to a live connection, from which pages and through which proxies, and what a flood costs everyone else: nothing. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { randomBytes } from 'node:crypto'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { closeCode, messageType } from '#shared/protocol/messages.ts'
import { createCallers } from '#server/http/callers.ts'
import { createGate } from '#server/http/gate.ts'
import { createIdle } from '#server/http/idle.ts'
import { manualClock } from '#test/support/memory-log.ts'
import { closeCodeOf, frame, handshake, openRaw, readFrames } from '#test/support/raw-socket.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { connectStock } from '#test/support/stock.ts'
import { openSocket } from './client.ts'
import { bothSides, converseDuring, times } from './conversation.ts'

const path = '/sync/semiconductors-mou'

describe('floods', () => {
  test('[S11] two thousand strangers cost few look-ups, and neither those who write nor those who come in notice', async () => {
    let lookUps = 0
    await using server = await startTestServer({
      wrap: (storage) => ({
        ...storage,
        sessions: {
          ...storage.sessions,
          get: (hash) => {
            lookUps += 1
            return storage.sessions.get(hash)
          },
        },
      }),
    })
    const [us, jp] = await bothSides(server)
    const newcomers = await Promise.all(
      ['secretariat', 'us-committee', 'jp-committee'].map((persona) => server.signIn(persona)),
    )
    const before = lookUps
    const statuses = new Map<number, number>()
    const stranger = async () => {
      const token = randomBytes(32).toString('base64url')
      const { answered, gone, socket } = openRaw(server.url, handshake(`${path}?token=${token}`))
      const status = await answered
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      socket.end()
      const { rest } = await gone
      if (status === 101) expect([closeCode.unauthenticated, null]).toContain(closeCodeOf(rest))
    }
    const flood = times(2000, 100, stranger)
    const arrivals = flood.then(async () => {
      const joined = newcomers.map((cookie) => connectStock(server.url, 'semiconductors-mou', { cookie }))
      await Promise.all(joined.map((client) => client.synced()))
      for (const client of joined) client.stop()
    })
    await converseDuring(us, jp, arrivals)
    expect((statuses.get(101) ?? 0) + (statuses.get(429) ?? 0)).toBe(2000)
    expect(statuses.get(101)).toBeGreaterThanOrEqual(200)
    expect(statuses.get(429)).toBeGreaterThan(0)
    // Whoever was told 429 was not looked up; the rest are the strangers let in to be told why, and the newcomers.
    expect(lookUps - before).toBe((statuses.get(101) ?? 0) + newcomers.length)
    us.stop()
    jp.stop()
  })

  test('[S11] five hundred connections of one user are as many as one may have, and nobody else’s', async () => {
    await using server = await startTestServer({ limits: { perUser: 100, perAddress: 4000 } })
    const [us, jp] = await bothSides(server)
    const cookie = await server.signIn('us-drafter-semiconductors')
    const statuses: number[] = []
    const open: Socket[] = []
    const flood = times(500, 50, async () => {
      const { answered, socket } = openRaw(server.url, handshake(path, { Cookie: cookie }))
      statuses.push(await answered)
      open.push(socket)
    })
    await converseDuring(us, jp, flood)
    expect(statuses.filter((status) => status === 101)).toHaveLength(100)
    expect(statuses.filter((status) => status === 429)).toHaveLength(400)
    const other = connectStock(server.url, 'semiconductors-mou', { cookie: await server.signIn('secretariat') })
    await other.synced()
    // Places are given back with the connections.
    const drafters = () => server.rooms.present().filter(({ actor }) => actor.role === 'drafter').length
    expect(drafters()).toBe(100)
    const left = new Promise<void>((resolve) => {
      const unsubscribe = server.cluster.subscribe(() => {
        if (drafters() > 0) return
        unsubscribe()
        resolve()
      })
    })
    for (const socket of open) socket.destroy()
    await left
    const again = openRaw(server.url, handshake(path, { Cookie: cookie }))
    expect(await again.answered).toBe(101)
    again.socket.destroy()
    for (const client of [us, jp, other]) client.stop()
  })

  test('[S11] fifty thousand small messages of one session are all dealt with, beside two who write', async () => {
    await using server = await startTestServer()
    const [us, jp] = await bothSides(server)
    const cookie = await server.signIn('us-drafter-semiconductors')
    const raw = openRaw(server.url, handshake(`${path}?v=1`, { Cookie: cookie }))
    expect(await raw.answered).toBe(101)
    const nothing = frame(Uint8Array.of(messageType.sync, 2, 2, 0, 0))
    const presence = frame(Uint8Array.of(messageType.awareness, 1, 0))
    const kinds = [nothing, presence, frame(Uint8Array.of(messageType.acknowledge, 1))]
    const parts = Array.from({ length: 50_000 }, (_, index) => kinds[index % kinds.length] ?? nothing)
    const answered = raw.until((bytes) => {
      // The last frame of all is the one waited for: looked for from the end, as there are very many before it.
      const tail = bytes.subarray(-200)
      return tail.includes(Buffer.from([0x82, 2, messageType.acknowledge, 99]))
    })
    raw.socket.write(Buffer.concat([...parts, frame(Uint8Array.of(messageType.acknowledge, 99))]))
    await converseDuring(us, jp, answered)
    const acknowledged = readFrames(raw.received()).filter(({ payload }) => payload[0] === messageType.acknowledge)
    expect(acknowledged).toHaveLength(Math.floor(50_000 / 3) + 1)
    expect(closeCodeOf(raw.received())).toBeNull()
    raw.socket.destroy()
    us.stop()
    jp.stop()
  })

  test('[S11] whoever asks for the whole text again and again is closed as too fast, and may come back', async () => {
    await using server = await startTestServer()
    const [us, jp] = await bothSides(server)
    const cookie = await server.signIn('us-drafter-semiconductors')
    const raw = openRaw(server.url, handshake(path, { Cookie: cookie }))
    expect(await raw.answered).toBe(101)
    const closed = raw.until((bytes) => closeCodeOf(bytes) !== null)
    raw.socket.write(Buffer.concat(Array.from({ length: 5000 }, () => frame(Uint8Array.of(0, 0, 1, 0)))))
    await converseDuring(us, jp, closed)
    expect(closeCodeOf(raw.received())).toBe(closeCode.unavailable)
    raw.socket.destroy()
    const again = connectStock(server.url, 'semiconductors-mou', { cookie })
    await again.synced()
    for (const client of [us, jp, again]) client.stop()
  })

  test('[S11] more connections of one address than it may have are dropped at once', async () => {
    await using server = await startTestServer({ limits: { perUser: 10, perAddress: 20 } })
    const crowd = Array.from({ length: 60 }, () => openRaw(server.url, 'GET /'))
    const counted = await Promise.race([
      Promise.all(crowd.slice(20).map(({ gone }) => gone)),
      Promise.any(crowd.slice(0, 20).map(({ gone }) => gone.then(() => 'an early one was dropped'))),
    ])
    expect(counted).toHaveLength(40)
    for (const { socket } of crowd) socket.destroy()
    await Promise.all(crowd.map(({ gone }) => gone))
  })
})

describe('connections that nothing is asked on', () => {
  test('[H14] those that came without a session make room, those of someone with one stay', async () => {
    const clock = manualClock()
    await using server = await startTestServer({ limits: { perUser: 10, perAddress: 3 }, clock })
    const ask = async (resource: string, headers = '') => {
      const raw = openRaw(server.url, `GET ${resource} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`)
      expect(await raw.answered).toBe(200)
      clock.advance(2000)
      return raw
    }
    // The connection that the sign-in came on is idle, and is the first to go.
    const session = `Cookie: ${await server.signIn('secretariat')}\r\n`
    const own = [await ask('/api/session', session), await ask('/api/session', session)]
    const stranger = await ask('/healthz')
    const next = await ask('/healthz')
    await stranger.gone
    expect([...own, next].map(({ socket }) => socket.readyState)).toEqual(['open', 'open', 'open'])
    // Where all have a session there is no room.
    next.socket.destroy()
    await next.gone
    own.push(await ask('/api/session', session))
    expect((await openRaw(server.url, 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n').gone).status).toBe(0)
    for (const { socket } of own) socket.destroy()
  })

  test('[H14] the longest idle goes first; who has just come, or is asking, does not', () => {
    const clock = manualClock()
    const busy = new Set<Socket>()
    const idle = createIdle(clock, (socket) => busy.has(socket))
    const left: string[] = []
    const arrive = (name: string, address = '192.0.2.1') => {
      const socket = new Socket()
      idle.arrived(socket, address, () => left.push(name))
      clock.advance(100)
      return socket
    }
    const [first, second, third] = [arrive('first'), arrive('second'), arrive('third')]
    const other = arrive('other', '192.0.2.2')
    expect(idle.makesRoom('192.0.2.1')).toBe(false)
    clock.advance(1000)
    idle.roused(first)
    idle.rests(first)
    clock.advance(1000)
    busy.add(second)
    Object.defineProperty(third, 'bytesRead', { value: 20 })
    expect(idle.makesRoom('192.0.2.1')).toBe(true)
    expect([left, first.destroyed]).toEqual([['first'], true])
    expect(idle.makesRoom('192.0.2.1')).toBe(false)
    busy.clear()
    expect(idle.makesRoom('192.0.2.1')).toBe(true)
    expect([left, third.destroyed, other.destroyed]).toEqual([['first', 'second'], false, false])
  })
})

describe('the gate', () => {
  test('[S11] arrivals of an address have a pace, and others have their own', () => {
    const clock = manualClock()
    const gate = createGate(clock, { perUser: 10, perAddress: 50 })
    const arrive = (address: string) => {
      const entry = gate.arrive(address)
      if ('leave' in entry) entry.leave()
      return 'leave' in entry
    }
    expect(Array.from({ length: 60 }, () => arrive('192.0.2.1')).filter(Boolean)).toHaveLength(50)
    expect(arrive('192.0.2.2')).toBe(true)
    clock.advance(1000)
    expect(Array.from({ length: 60 }, () => arrive('192.0.2.1')).filter(Boolean)).toHaveLength(5)
  })

  test('[S11] a place is given back once, however often that is said', () => {
    const gate = createGate(manualClock(), { perUser: 2, perAddress: 2 })
    const first = gate.enter('us-cochair-ai')
    const second = gate.enter('us-cochair-ai')
    expect(gate.enter('us-cochair-ai')).toHaveProperty('wait')
    for (const entry of [first, first]) if ('leave' in entry) entry.leave()
    expect(second).toHaveProperty('leave')
    expect(gate.enter('us-cochair-ai')).toHaveProperty('leave')
    expect(gate.enter('us-cochair-ai')).toHaveProperty('wait')
    expect(gate.enter('jp-cochair-ai')).toHaveProperty('leave')
  })
})

describe('callers', () => {
  const callerOf = (trusted: string[], remoteAddress: string, headers: IncomingHttpHeaders = {}) => {
    const socket = new Socket()
    Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress })
    return createCallers(trusted).of({ socket, headers } as IncomingMessage)
  }

  test.each([
    ['nobody is believed by default', [], '10.0.0.1', '203.0.113.9', '10.0.0.1'],
    ['a named proxy is', ['10.0.0.1'], '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['so is one on an IPv6 socket', ['10.0.0.1'], '::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['so is one of a network', ['10.0.0.0/8'], '10.9.9.9', '203.0.113.9', '203.0.113.9'],
    ['what the caller wrote in front is not', ['10.0.0.1'], '10.0.0.1', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['a chain of named proxies is', ['10.0.0.0/8'], '10.0.0.1', '198.51.100.1, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['nonsense ends the chain', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.9, unknown', '10.0.0.1'],
    ['nothing at all is the proxy itself', ['10.0.0.1'], '10.0.0.1', '', '10.0.0.1'],
    ['ports are left out', ['10.0.0.1'], '10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
    ['IPv6 counts by network', ['10.0.0.1'], '10.0.0.1', '[2001:db8:1:2:3::4]:99', '2001:db8:1:2::/64'],
    ['IPv6 counts by network, in any spelling', [], '2001:0DB8:1::9%eth0', '', '2001:db8:1:0::/64'],
    ['another address of the proxy’s network is not it', ['10.0.0.0/30'], '10.0.0.4', '203.0.113.9', '10.0.0.4'],
  ])('[S11] %s', (_, trusted, direct, forwarded, address) => {
    expect(callerOf(trusted, direct, forwarded === '' ? {} : { 'x-forwarded-for': forwarded }).address).toBe(address)
  })

  test('[S11] what is neither an address nor a network is an error', () => {
    expect(() => createCallers(['proxy.example'])).toThrow(/neither/)
  })

  test('[S11] limits count the address that a trusted proxy names, and no other', async () => {
    await using server = await startTestServer({
      trustedProxies: ['127.0.0.1'],
      limits: { perUser: 10, perAddress: 3 },
    })
    const cookie = await server.signIn('us-cochair-semiconductors')
    const from = async (address: string) => {
      const raw = openRaw(server.url, handshake(path, { Cookie: cookie, 'X-Forwarded-For': address }))
      return { status: await raw.answered, socket: raw.socket }
    }
    const opened = []
    for (let count = 0; count < 4; count += 1) opened.push(await from('203.0.113.1'))
    expect(opened.map(({ status }) => status)).toEqual([101, 101, 101, 429])
    const other = await from('198.51.100.9, 203.0.113.2')
    expect(other.status).toBe(101)
    for (const { socket } of [...opened, other]) socket.destroy()

    await using direct = await startTestServer({ limits: { perUser: 10, perAddress: 3 } })
    const theirs = await direct.signIn('us-cochair-semiconductors')
    const statuses: number[] = []
    for (let count = 0; count < 4; count += 1) {
      const headers = { Cookie: theirs, 'X-Forwarded-For': `203.0.113.${count}` }
      const raw = openRaw(direct.url, handshake(path, headers))
      statuses.push(await raw.answered)
    }
    expect(statuses.filter((status) => status === 101).length).toBeLessThanOrEqual(3)
    expect(statuses.at(-1)).not.toBe(101)
  })
})

describe('origins of an upgrade', () => {
  const host = 'alternat.example'
  const ask = async (server: TestServer, headers: Record<string, string | null>) => {
    const cookie = await server.signIn('us-cochair-semiconductors')
    const { answered, socket } = openRaw(server.url, handshake(path, { Cookie: cookie, Host: host, ...headers }))
    const status = await answered
    socket.destroy()
    return status
  }

  test('[S11] the same host gets in, everything else does not', async () => {
    // With a proxy somewhere, though it is not the one that asks here, other names than this machine's are answered.
    await using server = await startTestServer({ trustedProxies: ['192.0.2.1'] })
    const matrix: [Record<string, string | null>, number][] = [
      [{}, 101],
      [{ Origin: `http://${host}` }, 101],
      // A proxy that is not named may have ended the encryption.
      [{ Origin: `https://${host}` }, 101],
      [{ Origin: `http://${host}`, Host: `${host}:80` }, 101],
      [{ Origin: `https://${host}`, Host: `${host}:443` }, 101],
      [{ Origin: `http://${host}:4000`, Host: `${host}:4000` }, 101],
      [{ Origin: `http://${host}:4001`, Host: `${host}:4000` }, 403],
      [{ Origin: `http://${host}`, Host: `${host}:443` }, 403],
      [{ Origin: `http://${host}:4000` }, 403],
      [{ Origin: `http://www.${host}` }, 403],
      [{ Origin: `http://${host}.evil.example` }, 403],
      [{ Origin: 'http://example' }, 403],
      [{ Origin: 'null' }, 403],
      [{ Origin: `HTTP://${host.toUpperCase()}` }, 403],
      [{ Origin: `http://${host}`, Host: host.toUpperCase() }, 101],
      [{ Origin: `http://${host}.` }, 403],
      [{ Origin: `http://${host}`, Host: `${host}.` }, 403],
      [{ Origin: `http://${host}.`, Host: `${host}.` }, 101],
      [{ Origin: `ws://${host}` }, 403],
      [{ Origin: 'http://127.0.0.1:4000', Host: '127.0.0.1:4000' }, 101],
      [{ Origin: 'http://localhost:4000', Host: '127.0.0.1:4000' }, 403],
      [{ Origin: 'http://[::1]:4000', Host: '[::1]:4000' }, 101],
      [{ Origin: '' }, 403],
      [{ Origin: host }, 403],
      [{ Origin: `//${host}` }, 403],
      [{ Origin: `file://${host}` }, 403],
      [{ Origin: `chrome-extension://${host}` }, 403],
      [{ Origin: `http://${host}/` }, 403],
      [{ Origin: `http://${host}/path` }, 403],
      [{ Origin: `http://${host}@evil.example` }, 403],
      [{ Origin: `http://evil.example@${host}` }, 403],
      [{ Origin: `http://${host} http://evil.example` }, 403],
      [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
      // Headers of a proxy that nobody named.
      [{ Origin: 'https://evil.example', 'X-Forwarded-Host': 'evil.example' }, 403],
      [{ Origin: `http://${host}`, 'X-Forwarded-Proto': 'https' }, 101],
    ]
    for (const [headers, status] of matrix) expect([headers, await ask(server, headers)]).toEqual([headers, status])
  })

  test('[S11] a trusted proxy says under which name and protocol the page was reached', async () => {
    await using server = await startTestServer({ trustedProxies: ['127.0.0.0/8'] })
    const through = { Host: 'internal:4000', 'X-Forwarded-Host': host, 'X-Forwarded-Proto': 'https' }
    const matrix: [Record<string, string | null>, number][] = [
      [{ ...through, Origin: `https://${host}` }, 101],
      [{ ...through, Origin: `http://${host}` }, 403],
      [{ ...through, Origin: 'https://internal:4000' }, 403],
      [{ ...through, Origin: 'https://evil.example' }, 403],
      [{ ...through, 'X-Forwarded-Proto': 'http', Origin: `http://${host}` }, 101],
      [{ ...through, 'X-Forwarded-Proto': 'http', Origin: `https://${host}` }, 403],
      [{ ...through }, 101],
      [{ ...through, Origin: 'null' }, 403],
      [{ ...through, Origin: `https://www.${host}` }, 403],
      [{ ...through, Origin: `https://${host}:8443` }, 403],
      [{ ...through, 'X-Forwarded-Host': `${host}:8443`, Origin: `https://${host}:8443` }, 101],
      [{ ...through, 'X-Forwarded-Host': `${host}, internal:4000`, Origin: `https://${host}` }, 101],
      [{ 'X-Forwarded-Proto': 'https', Origin: `https://${host}` }, 101],
      [{ 'X-Forwarded-Proto': 'https', Origin: `http://${host}` }, 403],
    ]
    for (const [headers, status] of matrix) expect([headers, await ask(server, headers)]).toEqual([headers, status])
  })

  test('[S11] a foreign page is refused before anyone asks who it is', async () => {
    let lookUps = 0
    await using server = await startTestServer({
      wrap: (storage) => ({
        ...storage,
        sessions: {
          ...storage.sessions,
          get: (hash) => {
            lookUps += 1
            return storage.sessions.get(hash)
          },
        },
      }),
    })
    const cookie = await server.signIn('us-cochair-semiconductors')
    const before = lookUps
    expect(await openSocket(server, path, { cookie, origin: 'https://elsewhere.example' }).refused).toBe(403)
    expect(lookUps).toBe(before)
  })
})
