/** What operators see, what the API says of itself, and how the client's files are served. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { markDocumentRead } from '#shared/api/document-changes.ts'
import {
  createComment,
  createThread,
  listReaders,
  listThreads,
  markThreadRead,
  updateComment,
  updateThread,
} from '#shared/api/threads.ts'
import type { TextAnchor } from '#shared/editor/anchors.ts'
import { createCallers } from '#server/http/callers.ts'
import { createGate, defaultLimits } from '#server/http/gate.ts'
import { createLogger } from '#server/http/logger.ts'
import { createMetrics } from '#server/http/metrics.ts'
import { listenForNumbers } from '#server/http/numbers.ts'
import { openRaw } from '#test/support/raw-socket.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { temporaryFolder } from '#test/support/storage.ts'
import { createThread as storeThread } from '#test/support/writes.ts'
import { actingAs, caller, expectProblem } from './client.ts'
import { replaceWords } from './text.ts'
import { partyId } from '#test/support/initiative.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

describe('operations', () => {
  test('[P8] health and readiness answer without a sign-in and say nothing else', async () => {
    const nobody = caller(server)
    expect(JSON.parse((await nobody.send('GET', '/healthz')).text)).toEqual({ status: 'ok' })
    expect(JSON.parse((await nobody.send('GET', '/readyz')).text)).toEqual({ status: 'ready' })
  })

  test('[P11] without a token there is nothing at /metrics of the public port, whoever asks', async () => {
    for (const reader of [caller(server), await actingAs(server, 'secretariat')]) {
      for (const headers of [{}, { authorization: 'Bearer null' }, { authorization: 'Bearer ' }]) {
        for (const method of ['GET', 'POST']) {
          const { detail } = expectProblem(await reader.send(method, '/metrics', undefined, headers), 404)
          expect(detail).toBe('There is nothing at this address.')
        }
      }
    }
  })

  test('[P11] with a token the public port gives the numbers to whoever bears it, and to nobody else', async () => {
    await using guarded = await startTestServer({ metricsToken: 'for-operators-only' })
    const ask = (authorization?: string) =>
      caller(guarded).send('GET', '/metrics', undefined, authorization === undefined ? {} : { authorization })
    for (const given of [undefined, 'for-operators-only', 'Bearer for-operators', 'Basic for-operators-only']) {
      expectProblem(await ask(given), 404)
    }
    expectProblem(await (await actingAs(guarded, 'secretariat')).send('GET', '/metrics'), 404)
    const { status, text } = await ask('Bearer for-operators-only')
    expect(status).toBe(200)
    expect(text).toMatch(/^alternat_open_rooms 0$/m)
  })

  test('[P11] a listener of their own gives the numbers, asks for the token if there is one, and has nothing else', async () => {
    const own = { host: '127.0.0.1', port: 0, metrics: createMetrics(), logger: createLogger('silent') }
    const open = await listenForNumbers({ ...own, token: null })
    const guarded = await listenForNumbers({ ...own, token: 'for-operators-only' })
    const at = (url: string) => caller({ url: url.replace(/\/metrics$/, '') })
    expect((await at(open.url).send('GET', '/metrics')).text).toMatch(/^alternat_open_rooms 0$/m)
    for (const path of ['/', '/api/session', '/healthz', '/metrics/'])
      expectProblem(await at(open.url).send('GET', path), 404)
    expectProblem(await at(guarded.url).send('GET', '/metrics'), 404)
    const bearing = { authorization: 'Bearer for-operators-only' }
    expect((await at(guarded.url).send('GET', '/metrics', undefined, bearing)).status).toBe(200)
    const foreign = openRaw(open.url.replace(/\/metrics$/, ''), 'GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n')
    expect(await foreign.answered).toBe(421)
    foreign.socket.destroy()
    await open.close()
    await guarded.close()
  })

  test('[P8] the numbers tell of commits, of open documents and of requests by their route', async () => {
    await caller(server).send('GET', '/healthz')
    await replaceWords(server.rooms, 'ai-mou', 'us-cochair-ai', 'Participants', 'Parties')
    const text = await server.numbers()
    expect(text).toMatch(/^alternat_commit_duration_seconds_count [1-9]/m)
    expect(text).toMatch(/^alternat_commit_batch_rows_count [1-9]/m)
    expect(text).toMatch(/^alternat_open_rooms 1$/m)
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m)
    expect(text).toMatch(
      /alternat_http_request_duration_seconds_count\{method="GET",route="\/healthz",status="200"\} [1-9]/,
    )
  })

  test('[T1] a private thread, its comments and who read it move one number that reading moves as well', async () => {
    const us = await actingAs(server, 'us-cochair-semiconductors')
    const params = { id: 'semiconductors-mou' }
    const numbers = async () => {
      const text = await server.numbers()
      const lines = text.split('\n').filter((line) => line.startsWith('alternat_'))
      return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]))
    }
    await us.call(listThreads, { params })
    const before = await numbers()
    const { id, comments } = await us.call(createThread, { params, body: { audience: 'delegation', body: 'Ours' } })
    await us.call(createComment, { params: { id }, body: { body: 'Ours too' } })
    await us.call(updateComment, { params: { id, comment: comments[0]?.id ?? '' }, body: { body: 'Ours alone' } })
    await us.call(updateThread, { params: { id }, body: { status: 'resolved' } })
    await us.call(markThreadRead, { params: { id } })
    await us.expectRefused(createThread, { params, body: { audience: 'delegation', body: '' } }, 422)
    await us.call(markDocumentRead, { params })
    await us.call(listReaders, { params })
    await us.call(listThreads, { params })
    const after = await numbers()
    const moved = [...after].filter(([series, value]) => value !== before.get(series))
    const series = 'alternat_conversation_requests_total{outcome="answered"}'
    expect(moved).toEqual([[series, (before.get(series) ?? 0) + 9]])
  })

  test('[T1] no document is opened for the sake of threads that the reader may not know of', async () => {
    await using quiet = await startTestServer()
    const params = { id: 'semiconductors-action-plan' }
    const anchor: TextAnchor = {
      clause: crypto.randomUUID(),
      language: 'en',
      start: '',
      end: '',
      quote: { exact: 'x', prefix: '', suffix: '' },
    }
    await storeThread(quiet.storage, {
      id: crypto.randomUUID(),
      document: params.id,
      audience: 'delegation',
      party: partyId('us'),
      author: 'us-cochair-semiconductors',
      anchor,
      orphaned: false,
      resolved: null,
      disposition: null,
      undone: null,
      createdAt: 0,
      comments: [
        {
          id: crypto.randomUUID(),
          author: 'us-cochair-semiconductors',
          body: 'Ours',
          proposal: null,
          replaces: null,
          mentions: [],
          createdAt: 0,
          editedAt: null,
        },
      ],
    })
    const jp = await actingAs(quiet, 'jp-cochair-semiconductors')
    expect(await jp.call(listThreads, { params })).toEqual({ threads: [] })
    expect(await quiet.numbers()).toMatch(/^alternat_open_rooms 0$/m)
  })

  test('[P9][T1] the log is one JSON object a line and holds no cookie, no words, no path of a thread', async () => {
    const lines: string[] = []
    const destination = new Writable({
      write(chunk: Buffer, _, done) {
        lines.push(...chunk.toString().split('\n').filter(Boolean))
        done()
      },
    })
    const logged = await startTestServer({ logger: createLogger('trace', destination) })
    const us = await actingAs(logged, 'us-cochair-semiconductors')
    const body = { audience: 'delegation', body: 'quite-secret-words', proposal: 'secret-wording' }
    const { id } = await us.call(createThread, { params: { id: 'semiconductors-mou' }, body })
    await us.send('PUT', `/api/threads/${id}/read`)
    await us.send('POST', '/api/documents', '{"half":"quite-secret-words')
    await us.send('GET', `/sync/semiconductors-mou?token=${us.cookie.split('=')[1]}`)
    await logged.stop()
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const route = entries.find((entry) => entry['route'] === '/api/threads/:id/read')
    expect(route).toMatchObject({ method: 'PUT', status: 200, user: 'us-cochair-semiconductors' })
    expect(route?.['requestId']).toBeTypeOf('string')
    const all = lines.join('\n')
    for (const secret of ['quite-secret-words', 'secret-wording', us.cookie.split('=')[1] ?? '', id]) {
      expect(all).not.toContain(secret)
    }
  })

  test('[P9] the id of a request is in its answer', async () => {
    const { headers } = await caller(server).send('GET', '/healthz', undefined, { 'x-request-id': 'from-the-proxy-1' })
    expect(headers.get('x-request-id')).toBe('from-the-proxy-1')
  })
})

describe('the API describes itself', () => {
  type Described = { openapi: string; paths: Record<string, Record<string, Operation>> }
  type Operation = {
    summary?: string
    parameters?: { name: string; in: string; required?: boolean }[]
    responses: Record<string, { description?: string; content?: Record<string, { schema?: object }> }>
  }

  test('[H2] every route that exists is in the OpenAPI document, and no other', async () => {
    const { text } = await caller(server).send('GET', '/api/openapi.json')
    const description = JSON.parse(text) as Described
    expect(description.openapi).toBe('3.1.0')
    const described = Object.entries(description.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const { app } = await import('#server/http/app.ts').then(async ({ createApp }) => {
      const { systemClock } = await import('#server/jobs/clock.ts')
      const { storage, rooms, cluster } = server
      const logger = createLogger('silent')
      const parts = {
        storage,
        rooms,
        cluster,
        logger,
        clock: systemClock,
        metrics: createMetrics(),
        metricsToken: null,
        loopbackOnly: true,
      }
      const gate = createGate(systemClock, defaultLimits)
      const made = await createApp({ ...parts, gate, callers: createCallers([]), demo: true, clientDirectory: null })
      made.stop()
      return made
    })
    const served = app.routes
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/') && path !== '/api/openapi.json')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
    expect(described.toSorted()).toEqual([...new Set(served)].toSorted())
    expect(described.length).toBeGreaterThan(20)
  })

  test('[H2] each operation has a summary, its path parameters, a described success and the problem document', async () => {
    const { text } = await caller(server).send('GET', '/api/openapi.json')
    const { paths } = JSON.parse(text) as Described
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, { summary, parameters = [], responses }] of Object.entries(operations)) {
        const where = `${method} ${path}`
        expect([where, summary]).toEqual([where, expect.stringMatching(/\S.*\.$/)])
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, required: true }))
        const inPath = parameters.filter((parameter) => parameter.in === 'path')
        expect([where, inPath]).toEqual([where, named.map((parameter) => expect.objectContaining(parameter))])
        const success = Object.values((responses['200'] ?? responses['201'])?.content ?? {})[0]
        expect([where, success]).toEqual([where, { schema: expect.any(Object) }])
        const problem = responses['default']?.content?.['application/problem+json']
        expect([where, problem]).toEqual([where, { schema: expect.any(Object) }])
      }
    }
  })
})

describe('the client’s files', () => {
  test('[H1] hashed files are kept for good, the page never, every address of the app is the page, and no file is made up', async () => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, 'assets'))
    await mkdir(join(folder.path, '.vite'))
    await writeFile(join(folder.path, 'index.html'), '<!doctype html><title>Alternat</title>')
    await writeFile(join(folder.path, 'assets', 'main-abc123.js'), `// ${'x'.repeat(2000)}`)
    await writeFile(join(folder.path, '.vite', 'manifest.json'), '{"secret":true}')
    const serving = await startTestServer({ clientDirectory: folder.path })
    const nobody = caller(serving)
    const asset = await nobody.send('GET', '/assets/main-abc123.js')
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(asset.headers.get('content-encoding')).toBe('gzip')
    for (const path of ['/', '/documents/semiconductors-mou', '/groups/ai?view=board']) {
      const page = await nobody.send('GET', path)
      expect([path, page.status]).toEqual([path, 200])
      expect(page.text).toContain('<title>Alternat</title>')
      expect(page.headers.get('cache-control')).toBe('no-cache')
      expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
    }
    expectProblem(await nobody.send('GET', '/assets/main-old.js'), 404)
    expectProblem(await nobody.send('GET', '/.vite/manifest.json'), 404)
    expectProblem(await nobody.send('GET', '/../package.json'), 404)
    expectProblem(await nobody.send('GET', '/api/unknown'), 404)
    for (const [method, path] of [
      ['POST', '/'],
      ['PUT', '/documents/semiconductors-mou'],
      ['DELETE', '/assets/main-abc123.js'],
      ['POST', '/healthz'],
    ] as const) {
      const refused = await nobody.send(method, path)
      expectProblem(refused, 405)
      expect([path, refused.headers.get('allow')]).toEqual([path, 'GET, HEAD'])
    }
    await serving.stop()
  })
})
