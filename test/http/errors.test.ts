/** Bad input: each a clear problem document, nothing changed, nobody else disturbed. */
import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { proposeChange } from '#shared/api/changes.ts'
import { Problem } from '#shared/api/common.ts'
import { createDocument } from '#shared/api/document-changes.ts'
import { getDocument, listDocuments } from '#shared/api/documents.ts'
import type { Endpoint } from '#shared/api/endpoint.ts'
import { getHistory } from '#shared/api/history.ts'
import { getGroup } from '#shared/api/initiative.ts'
import { getSession, openSession } from '#shared/api/session.ts'
import { exportSnapshot, getSnapshot, listSnapshots, takeSnapshot } from '#shared/api/snapshots.ts'
import { createComment, createThread, updateComment, updateThread } from '#shared/api/threads.ts'
import { answerUnreadable } from '#server/http/upgrades.ts'
import { StorageError } from '#server/storage/storage.ts'
import { manualClock } from '#test/support/memory-log.ts'
import { handshake, openRaw } from '#test/support/raw-socket.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { actingAs, caller, expectProblem, type Caller } from './client.ts'

const mou = { id: 'semiconductors-mou' }
let server: TestServer
let us: Caller
let secretariat: Caller
let nobody: Caller

beforeAll(async () => {
  server = await startTestServer()
  us = await actingAs(server, 'us-cochair-semiconductors')
  secretariat = await actingAs(server, 'secretariat')
  nobody = caller(server)
})
afterAll(() => server.stop())

describe('what cannot be read', () => {
  test('[H1][H3] a body that is not JSON is 400', async () => {
    const problem = expectProblem(await us.send('POST', '/api/documents', '{"group":'), 400)
    expect(problem.detail).toBe('The body is not valid JSON.')
  })

  test('[H3] an empty body is 400', async () => {
    const headers = { 'content-type': 'application/json' }
    expectProblem(await us.send('POST', '/api/documents', '', headers), 400)
  })

  test('[H3] a body of another type is 415', async () => {
    const headers = { 'content-type': 'text/plain' }
    const problem = expectProblem(await us.send('POST', '/api/documents', '{}', headers), 415)
    expect(problem.detail).toContain('application/json')
  })

  test('[H3] a body of more than 256 KiB is 413, whether it says its length or not', async () => {
    const large = JSON.stringify({ label: 'x'.repeat(300 * 1024) })
    expectProblem(await secretariat.send('POST', '/api/documents/semiconductors-mou/snapshots', large), 413)
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const url = `${server.url}/api/documents/semiconductors-mou/snapshots`
      const headers = { cookie: secretariat.cookie, 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
      const sent = request(url, { method: 'POST', headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.once('error', reject)
      sent.end(large)
    })
    expect(status).toBe(413)
    const { snapshots } = await secretariat.call(listSnapshots, { params: mou })
    expect(snapshots).toHaveLength(1)
  })
})

describe('what never becomes a request', () => {
  const padding = `X-Padding: ${'x'.repeat(20_000)}`
  test.each([
    ['nonsense', 'NONSENSE\r\n\r\n', 400],
    ['a header without a colon', 'GET /healthz HTTP/1.1\r\nHost: a\r\nbroken\r\n\r\n', 400],
    ['headers that are too large', `GET /healthz HTTP/1.1\r\nHost: a\r\n${padding}\r\n\r\n`, 431],
    ['a request that names no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    ['a host that is none', 'GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
    ['an address that is none', 'GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a handshake with a broken key', handshake('/sync/ai-mou', { 'Sec-WebSocket-Key': 'short' }), 400],
    ['a handshake for another protocol', handshake('/sync/ai-mou', { Upgrade: 'h2c' }), 400],
  ])('[H1] %s is answered with a problem document', async (_, bytes, status) => {
    const answer = openRaw(server.url, bytes)
    expect(await answer.answered).toBe(status)
    await answer.until((rest) => rest.includes('}'))
    const problem = Problem.parse(JSON.parse(/\{.*\}/.exec(answer.received().toString())?.[0] ?? ''))
    answer.socket.destroy()
    expect(problem).toMatchObject({ status, detail: expect.stringMatching(/\.$/) as string })
  })

  test('[H1] one that takes too long to arrive is 408, and nothing is said in the middle of another answer', async () => {
    const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
    const [alone, amid] = [new PassThrough(), new PassThrough()]
    answerUnreadable(late, alone, false)
    const [head = '', body = ''] = (await text(alone)).split('\r\n\r\n')
    expect(head).toContain('HTTP/1.1 408')
    expect(head).toContain('Content-Type: application/problem+json')
    expect(Problem.parse(JSON.parse(body)).status).toBe(408)
    answerUnreadable(late, amid, true)
    expect([amid.destroyed, amid.readableLength]).toEqual([true, 0])
  })
})

describe('what names nothing', () => {
  test('[H1] an unknown address below /api is a 404 document, not a page', async () => {
    expectProblem(await us.send('GET', '/api/nothing-here'), 404)
    expectProblem(await us.send('DELETE', '/api'), 404)
  })

  test('[H1] a known address with another method is 405 and says which it answers to', async () => {
    const reply = await us.send('PUT', '/api/session', {})
    expectProblem(reply, 405)
    expect(reply.headers.get('allow')).toContain('POST')
  })

  test('[H3] an unknown document is 404', async () => {
    const problem = await us.expectRefused(getDocument, { params: { id: 'semiconductors-nothing' } }, 404)
    expect(problem.detail).toContain('There is no such document')
    await us.expectRefused(getHistory, { params: { id: 'semiconductors-nothing' } }, 404)
    const body = { audience: 'joint', body: 'Hello' }
    await us.expectRefused(createThread, { params: { id: 'semiconductors-nothing' }, body }, 404)
  })

  test.each(['UPPER', '../../etc/passwd', 'a--b', 'a'.repeat(101), '%00', 'a b'])(
    '[H3] the malformed document id %j is 404 and says what an id looks like',
    async (id) => {
      const problem = await us.expectRefused(getDocument, { params: { id } }, 404)
      expect(problem.errors).toHaveLength(1)
      expect(problem.errors?.[0]?.path).toBe('id')
    },
  )

  test('[H3] a malformed snapshot or thread id and an unknown group are 404', async () => {
    await us.expectRefused(getSnapshot, { params: { id: 'not-a-uuid' } }, 404)
    await us.expectRefused(updateThread, { params: { id: '1' }, body: { status: 'resolved' } }, 404)
    const problem = await us.expectRefused(getGroup, { params: { group: 'agriculture' } }, 404)
    expect(problem.detail).toContain('semiconductors')
  })
})

describe('what does not fit', () => {
  test('[H3] an unknown persona is 422 and says where the list is', async () => {
    const problem = await nobody.expectRefused(openSession, { body: { persona: 'us-cochair-agriculture' } }, 422)
    expect(problem.detail).toContain('GET /api/personas')
  })

  test('[H3] a language that the initiative does not have is 422, in a body and in a query', async () => {
    const body = { clause: randomUUID(), language: 'fr', exact: 'shall', with: 'may' }
    const problem = await us.expectRefused(proposeChange, { params: mou, body }, 422)
    expect(problem.errors).toEqual([{ path: 'language', message: 'Use one of: en, ja.' }])
    const { snapshots } = await us.call(listSnapshots, { params: mou })
    const query = { format: 'html', language: 'fr' }
    await us.expectRefused(exportSnapshot, { params: { id: snapshots[0]?.id ?? '' }, query }, 422)
  })

  test('[H3] a snapshot label of 10,000 characters is 422 and takes no snapshot', async () => {
    const before = await secretariat.call(listSnapshots, { params: mou })
    const problem = await secretariat.expectRefused(
      takeSnapshot,
      { params: mou, body: { label: 'x'.repeat(10_000) } },
      422,
    )
    expect(problem.errors).toEqual([{ path: 'label', message: 'Give at most 200 characters.' }])
    expect(await secretariat.call(listSnapshots, { params: mou })).toEqual(before)
  })

  test('[H1] every fault is named with its path and its remedy, and no value is repeated', async () => {
    const body = { group: 'agriculture', kind: 'mou', title: { en: 'a-secret-value'.repeat(50) } }
    const problem = await us.expectRefused(createDocument, { body }, 422)
    expect(problem.errors?.map(({ path }) => path).toSorted()).toEqual(['group', 'title.en', 'title.ja'])
    expect(JSON.stringify(problem)).not.toContain('a-secret-value')
  })

  const unstorable = [
    ['NUL', 'a\u0000b'],
    ['half of a character', 'a\ud842b'],
    ['the other half', '\udfb7b'],
  ] as const

  test.each(unstorable)('[H3] %s is 422 in whatever text, named by its path, and nothing is kept', async (_, words) => {
    const joint = { audience: 'joint', body: 'x' }
    const { id, comments } = await us.call(createThread, { params: mou, body: { audience: 'panel', body: 'x' } })
    const params = { id, comment: comments[0]?.id ?? '' }
    const quote = (part: object) => {
      const anchor = { clause: id, language: 'en', start: '', end: '', quote: { exact: 'x', ...part } }
      return { params: mou, body: { ...joint, anchor } }
    }
    const note = { group: 'semiconductors', kind: 'note', title: { en: 'x', ja: words } }
    const attempts: [Caller, Endpoint, Parameters<Caller['expectRefused']>[1], string][] = [
      [us, createThread, { params: mou, body: { ...joint, body: words } }, 'body'],
      [us, createThread, { params: mou, body: { ...joint, proposal: words } }, 'proposal'],
      [us, createThread, quote({ exact: words }), 'anchor.quote.exact'],
      [us, createThread, quote({ prefix: words }), 'anchor.quote.prefix'],
      [us, createThread, quote({ suffix: words }), 'anchor.quote.suffix'],
      [us, createComment, { params, body: { body: words } }, 'body'],
      [us, updateComment, { params, body: { body: words } }, 'body'],
      [
        us,
        updateThread,
        { params, body: { disposition: { decision: 'accepted', reason: words } } },
        'disposition.reason',
      ],
      [us, createDocument, { body: note }, 'title.ja'],
      [secretariat, takeSnapshot, { params: mou, body: { label: words } }, 'label'],
      [secretariat, takeSnapshot, { params: mou, body: { label: 'x', note: words } }, 'note'],
    ]
    for (const [who, endpoint, parts, path] of attempts) {
      const { errors } = await who.expectRefused(endpoint, parts, 422)
      expect(errors).toEqual([{ path, message: 'Leave out NUL and halves of characters.' }])
    }
    const whole = await us.call(createComment, { params, body: { body: '\u{20bb7}' } })
    expect(whole.comments.map(({ body }) => body)).toEqual(['x', '\u{20bb7}'])
  })

  test('[H3] a query that does not fit is 422', async () => {
    await us.expectRefused(listDocuments, { query: { group: 'agriculture' } }, 422)
    await us.expectRefused(getHistory, { params: mou, query: { before: 'yesterday' } }, 422)
  })
})

describe('what is not signed in', () => {
  test('[H1] everything but the sign-in is 401 without a session', async () => {
    await nobody.expectRefused(getSession, {}, 401)
    await nobody.expectRefused(listDocuments, {}, 401)
    expectProblem(await nobody.send('GET', '/api/events'), 401)
  })

  test('[H4] a made-up token opens nothing', async () => {
    const forged = caller(server, `alternat_session=${'A'.repeat(43)}`)
    await forged.expectRefused(getSession, {}, 401)
    await caller(server, 'alternat_session=').expectRefused(getSession, {}, 401)
  })
})

describe('what the server cannot do', () => {
  test('[H1][P8] a store that fails is 503 without its message, and so is readiness; the process is still up', async () => {
    let broken = false
    const failing = await startTestServer({
      wrap: (storage) => {
        const fail = () => Promise.reject(new StorageError('disk 42 is on fire'))
        const documents = { ...storage.documents, list: () => (broken ? fail() : storage.documents.list()) }
        return { ...storage, documents, ping: () => (broken ? fail() : storage.ping()) }
      },
    })
    const reader = await actingAs(failing, 'us-cochair-ai')
    broken = true
    const reply = await reader.send('GET', '/api/documents')
    expect(expectProblem(reply, 503).detail).not.toContain('disk 42')
    expect(reply.headers.get('retry-after')).toBe('2')
    expectProblem(await reader.send('GET', '/readyz'), 503)
    expect((await reader.send('GET', '/healthz')).status).toBe(200)
    broken = false
    expect((await reader.send('GET', '/readyz')).status).toBe(200)
    await failing.stop()
  })

  test('[H1] an error that nobody expected is 500 and tells the reader nothing of it', async () => {
    const failing = await startTestServer({
      wrap: (storage) => ({
        ...storage,
        reads: { ...storage.reads, documents: () => Promise.reject(new TypeError('secret inner workings')) },
      }),
    })
    const reader = await actingAs(failing, 'us-cochair-ai')
    const problem = expectProblem(await reader.send('GET', '/api/documents'), 500)
    expect(JSON.stringify(problem)).not.toContain('secret inner workings')
    await failing.stop()
  })

  test('[H2] an answer that does not fit its own description is not sent', async () => {
    const failing = await startTestServer({
      wrap: (storage) => ({
        ...storage,
        snapshots: {
          ...storage.snapshots,
          list: async (document) => (await storage.snapshots.list(document)).map((one) => ({ ...one, hash: 'short' })),
        },
      }),
    })
    const reader = await actingAs(failing, 'us-cochair-semiconductors')
    expectProblem(await reader.send('GET', '/api/documents/semiconductors-mou/snapshots'), 500)
    await failing.stop()
  })
})

describe('floods', () => {
  test('[H1] changes beyond what a person does are 429 and say when to come back', async () => {
    const still = await startTestServer({ clock: manualClock() })
    const flooder = await actingAs(still, 'us-drafter-ai')
    const other = await actingAs(still, 'us-cochair-ai')
    const replies = await Promise.all(
      Array.from({ length: 650 }, () => flooder.send('PUT', '/api/documents/ai-mou/read')),
    )
    const refused = replies.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    const [first] = refused
    if (first !== undefined) expectProblem(first, 429)
    expect(Number(first?.headers.get('retry-after'))).toBeGreaterThan(0)
    // Others are not held up.
    expect((await other.send('PUT', '/api/documents/ai-mou/read')).status).toBe(200)
    await still.stop()
  })

  test('[H1][S11] signing in again and again with the newest session is 429 too', async () => {
    const still = await startTestServer({ clock: manualClock() })
    let { cookie } = await actingAs(still, 'us-drafter-ai')
    const statuses: number[] = []
    while (statuses.at(-1) !== 429 && statuses.length < 650) {
      const { status, headers } = await caller(still, cookie).send('POST', '/api/session', { persona: 'us-drafter-ai' })
      statuses.push(status)
      cookie = headers.get('set-cookie')?.split(';')[0] ?? cookie
    }
    expect(statuses.at(-1)).toBe(429)
    // The session that they have goes on.
    expect((await caller(still, cookie).send('PUT', '/api/documents/ai-mou/read')).status).toBe(200)
    await still.stop()
  })
})
