/** Signing in and out, and what guards the session. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Problem } from '#shared/api/common.ts'
import { listDocuments } from '#shared/api/documents.ts'
import { closeSession, getSession, listPersonas, openSession } from '#shared/api/session.ts'
import { personas } from '#shared/domain/actors.ts'
import { manualClock } from '#test/support/memory-log.ts'
import { closeCode } from '#shared/protocol/messages.ts'
import { closeCodeOf, handshake, openRaw } from '#test/support/raw-socket.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { actingAs, caller, expectProblem, readEvents } from './client.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const signInBody = JSON.stringify({ persona: 'secretariat' })
const json = { 'content-type': 'application/json' }

describe('signing in', () => {
  test('[H4] the personas are listed and each can be taken', async () => {
    const nobody = caller(server)
    const { personas: listed } = await nobody.call(listPersonas)
    expect(listed.map(({ id }) => id)).toEqual(personas().map(({ id }) => id))
    for (const { id } of listed) {
      const { actor } = await (await actingAs(server, id)).call(getSession)
      expect(actor).toEqual(personas().find((persona) => persona.id === id))
    }
  })

  test('[H4] the cookie is HttpOnly and SameSite=Lax, holds 32 random bytes, and is Secure and __Host- behind https only', async () => {
    const open = (headers: Record<string, string>) =>
      fetch(`${server.url}/api/session`, { method: 'POST', headers: { ...json, ...headers }, body: signInBody })
    const plain = (await open({})).headers.get('set-cookie') ?? ''
    expect(plain).toMatch(/^alternat_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/)
    const again = (await open({ 'x-forwarded-proto': 'https' })).headers.get('set-cookie') ?? ''
    expect(again).not.toContain('; Secure')
    expect(again.slice(0, 60)).not.toBe(plain.slice(0, 60))
    await using proxied = await startTestServer({ trustedProxies: ['127.0.0.1'] })
    const secured = await fetch(`${proxied.url}/api/session`, {
      method: 'POST',
      headers: { ...json, 'x-forwarded-proto': 'https' },
      body: signInBody,
    })
    const set = secured.headers.get('set-cookie') ?? ''
    expect(set).toMatch(/^__Host-alternat_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    // Over https the plain name counts for nothing: another host of the domain could have set it.
    const https = { 'x-forwarded-proto': 'https' }
    const [pair = ''] = set.split(';')
    const asked = async (cookie: string) =>
      (await caller(proxied, cookie).send('GET', getSession.path, undefined, https)).status
    expect(await asked(pair)).toBe(200)
    expect(await asked(pair.replace('__Host-', ''))).toBe(401)
    expect(await asked(`alternat_session=${'A'.repeat(43)}; ${pair}`)).toBe(200)
    const raw = openRaw(proxied.url, handshake('/sync/ai-mou', { Cookie: pair, 'X-Forwarded-Proto': 'https' }))
    expect(await raw.answered).toBe(101)
    await raw.until((bytes) => bytes.length > 0)
    expect(closeCodeOf(raw.received())).not.toBe(closeCode.unauthenticated)
    raw.socket.destroy()
    const out = await caller(proxied, pair).send('DELETE', closeSession.path, undefined, https)
    expect(out.headers.get('set-cookie')).toMatch(/^__Host-alternat_session=; Max-Age=0; /)
    expect(await asked(pair)).toBe(401)
  })

  test('[H4] the token itself is not what the store keeps', async () => {
    const cookie = await server.signIn('secretariat')
    const token = cookie.split('=')[1] ?? ''
    expect(await server.storage.sessions.get(token)).toBeNull()
  })

  test('[H4] signing out ends the session at once, and doing it twice is no error', async () => {
    const someone = await actingAs(server, 'us-cochair-ai')
    await someone.call(listDocuments)
    await someone.call(closeSession)
    await someone.expectRefused(listDocuments, {}, 401)
    await someone.call(closeSession)
  })

  test('[H4] taking another seat ends the session before it', async () => {
    const before = await actingAs(server, 'us-cochair-ai')
    const { status } = await before.send('POST', '/api/session', { persona: 'jp-cochair-ai' })
    expect(status).toBe(200)
    await before.expectRefused(getSession, {}, 401)
  })

  test('[H4] a session ends by itself after twelve hours, its event stream with it', async () => {
    const clock = manualClock()
    const timed = await startTestServer({ clock })
    const someone = await actingAs(timed, 'us-cochair-ai')
    const events = await readEvents(timed, someone.cookie)
    clock.advance(12 * 60 * 60 * 1000 - 1)
    await someone.call(getSession)
    clock.advance(1)
    await someone.expectRefused(getSession, {}, 401)
    await events.until('signedOut')
    await events.ended
    await timed.stop()
  })

  test('[P7] without demo mode nobody signs in as a persona', async () => {
    const closed = await startTestServer({ demo: false })
    await caller(closed).expectRefused(openSession, { body: { persona: 'secretariat' } }, 403)
    await caller(closed).expectRefused(listPersonas, {}, 403)
    await closed.stop()
  })
})

describe('other sites', () => {
  const post = (headers: Record<string, string>) =>
    caller(server).send('POST', '/api/session', signInBody, { ...json, ...headers })

  test.each(['https://elsewhere.example', 'null', 'http://127.0.0.1:1', 'nonsense', ''])(
    '[H5] a change from a page of “%s” is 403',
    async (origin) => {
      expectProblem(await post({ origin }), 403)
    },
  )

  test('[H5] a change that the browser marks as coming from another site is 403', async () => {
    expectProblem(await post({ 'sec-fetch-site': 'cross-site' }), 403)
  })

  test('[H5] the site’s own pages, and programs that are no browser, may make changes', async () => {
    expect((await post({ origin: server.url })).status).toBe(200)
    expect((await post({})).status).toBe(200)
    const proxied = { origin: 'https://alternat.example', 'x-forwarded-host': 'alternat.example' }
    expectProblem(await post(proxied), 403)
    await using behind = await startTestServer({ trustedProxies: ['127.0.0.0/8'] })
    const reply = await caller(behind).send('POST', '/api/session', signInBody, { ...json, ...proxied })
    expect(reply.status).toBe(200)
  })

  test('[H5][S11] on this machine a demo answers to no name that another site could have given it', async () => {
    const path = '/sync/semiconductors-mou'
    const ask = async (at: TestServer, host: string, upgrade: boolean) => {
      const headers = { Host: host, Cookie: await at.signIn('secretariat') }
      const plain = { ...headers, Upgrade: null, Connection: 'close' }
      const raw = openRaw(at.url, upgrade ? handshake(path, headers) : handshake('/api/session', plain))
      const status = await raw.answered
      raw.socket.destroy()
      return status
    }
    for (const host of ['127.0.0.1', 'localhost:4000', 'LOCALHOST', '127.1.2.3:80', '[::1]:4000']) {
      expect([host, await ask(server, host, false), await ask(server, host, true)]).toEqual([host, 200, 101])
    }
    for (const host of [
      'evil.example',
      'localhost.evil.example:4000',
      '127.0.0.1.evil.example',
      '192.0.2.7',
      '[::2]',
    ]) {
      expect([host, await ask(server, host, false), await ask(server, host, true)]).toEqual([host, 421, 421])
    }
    const raw = openRaw(server.url, 'GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')
    expect(Problem.parse(JSON.parse((await raw.gone).rest.toString()))).toMatchObject({ status: 421 })
    await using behind = await startTestServer({ trustedProxies: ['127.0.0.1'] })
    expect([await ask(behind, 'evil.example', false), await ask(behind, 'evil.example', true)]).toEqual([200, 101])
  })

  test('[H5] a page may open live connections to the host that it was reached by', async () => {
    const policy = async (at: TestServer, headers: Record<string, string> = {}) =>
      (await caller(at).send('GET', '/api/personas', undefined, headers)).headers.get('content-security-policy')
    const { host } = new URL(server.url)
    const forwarded = { 'x-forwarded-host': 'alternat.example' }
    expect(await policy(server)).toContain(`connect-src 'self' ws://${host} wss://${host};`)
    expect(await policy(server, forwarded)).not.toContain('alternat.example')
    await using behind = await startTestServer({ trustedProxies: ['127.0.0.1'] })
    const named = `connect-src 'self' ws://alternat.example wss://alternat.example;`
    expect(await policy(behind, forwarded)).toContain(named)
  })

  test('[H5] every page forbids being framed, sniffed, and loading from elsewhere', async () => {
    const { headers } = await caller(server).send('GET', '/api/personas')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("object-src 'none'")
    expect(policy).toContain("base-uri 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('referrer-policy')).toBe('same-origin')
  })
})
