/** How tests talk to a server: as a persona over HTTP, over server-sent events, over a raw WebSocket. */
import { WebSocket } from 'ws'
import type { z } from 'zod'
import { Problem } from '#shared/api/common.ts'
import type { Endpoint } from '#shared/api/endpoint.ts'
import { ServerEvent } from '#shared/api/events.ts'
import type { TestServer } from '#test/support/server.ts'

type Parts = { params?: Record<string, string>; query?: Record<string, string>; body?: unknown }

export type Reply = { status: number; headers: Headers; text: string }

export type Caller = {
  readonly cookie: string
  /** Calls an endpoint that must succeed, and checks its answer against its schema. */
  call<E extends Endpoint>(endpoint: E, parts?: Parts): Promise<z.output<E['response']>>
  /** Calls an endpoint that must be turned down with that status. */
  expectRefused(endpoint: Endpoint, parts: Parts, status: number): Promise<Problem>
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
}

export const caller = (server: Pick<TestServer, 'url'>, cookie = ''): Caller => {
  const send: Caller['send'] = async (method, path, body, headers = {}) => {
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await fetch(server.url + path, {
      method,
      headers: { ...(cookie === '' ? {} : { cookie }), ...json, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  const reach = ({ method, path }: Endpoint, { params = {}, query, body }: Parts) => {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
    return send(method.toUpperCase(), filled + (query ? `?${new URLSearchParams(query).toString()}` : ''), body)
  }
  return {
    cookie,
    send,
    async call(endpoint, parts = {}) {
      const { status, text } = await reach(endpoint, parts)
      if (status !== (endpoint.status ?? 200)) throw new Error(`${endpoint.method} ${endpoint.path}: ${status} ${text}`)
      // Parsed by the very schema that the type is taken from.
      return endpoint.response.parse(JSON.parse(text)) as z.output<(typeof endpoint)['response']>
    },
    async expectRefused(endpoint, parts, status) {
      return expectProblem(await reach(endpoint, parts), status)
    },
  }
}

export const actingAs = async (server: TestServer, persona: string): Promise<Caller> =>
  caller(server, await server.signIn(persona))

/** The problem document of a refusal; throws if the answer is not a well-formed one of that status. */
export function expectProblem({ status, headers, text }: Reply, expected: number): Problem {
  if (status !== expected) throw new Error(`Expected ${expected}, got ${status}: ${text}`)
  const type = headers.get('content-type')
  if (type !== 'application/problem+json') throw new Error(`Not a problem document but ${type}: ${text}`)
  const problem = Problem.parse(JSON.parse(text))
  if (problem.status !== status) throw new Error(`The document says ${problem.status}, the answer ${status}`)
  if (/\bat .+:\d+|node_modules|\.ts\b/.test(text)) throw new Error(`A stack trace leaked: ${text}`)
  return problem
}

export type EventReader = {
  /** The next event that satisfies the test, looking at those already received first. Rejects when the stream has ended. */
  until<T extends ServerEvent['type']>(type: T): Promise<Extract<ServerEvent, { type: T }>>
  /** Every byte received so far. */
  bytes(): string
  readonly ended: Promise<void>
  close(): void
}

/** Opens an event stream and waits until it is ready. */
export async function readEvents(server: Pick<TestServer, 'url'>, cookie: string): Promise<EventReader> {
  const abort = new AbortController()
  const response = await fetch(`${server.url}/api/events`, { headers: { cookie }, signal: abort.signal })
  if (response.status !== 200 || response.body === null) throw new Error(`No event stream: ${response.status}`)
  const decoder = new TextDecoder()
  const events: ServerEvent[] = []
  let bytes = ''
  let rest = ''
  let over = false
  let wake = () => {}
  const read = async (body: ReadableStream<Uint8Array>) => {
    try {
      for await (const chunk of body) {
        const words = decoder.decode(chunk, { stream: true })
        bytes += words
        const frames = (rest + words).split('\n\n')
        rest = frames.pop() ?? ''
        for (const frame of frames) {
          if (frame.startsWith('data: ')) events.push(ServerEvent.parse(JSON.parse(frame.slice(6))))
        }
        wake()
      }
    } catch (error) {
      if (!abort.signal.aborted) throw error
    } finally {
      over = true
      wake()
    }
  }
  const ended = read(response.body)
  const until: EventReader['until'] = async (type) => {
    for (;;) {
      const index = events.findIndex((event) => event.type === type)
      const found = index < 0 ? undefined : events.splice(0, index + 1).at(-1)
      if (found !== undefined && isOf(found, type)) return found
      if (over) throw new Error(`The stream ended before an event “${type}”`)
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  await until('ready')
  return { until, bytes: () => bytes, ended, close: () => abort.abort() }
}

const isOf = <T extends ServerEvent['type']>(event: ServerEvent, type: T): event is Extract<ServerEvent, { type: T }> =>
  event.type === type

export type RawSocket = {
  readonly socket: WebSocket
  readonly opened: Promise<void>
  readonly closed: Promise<{ code: number; reason: string }>
  /** The HTTP status with which an upgrade was refused. */
  readonly refused: Promise<number>
}

/** Opens a raw WebSocket. */
export function openSocket(
  server: Pick<TestServer, 'url'>,
  path: string,
  { cookie, origin }: { cookie?: string; origin?: string } = {},
): RawSocket {
  const socket = new WebSocket(server.url.replace('http', 'ws') + path, {
    headers: { ...(cookie === undefined ? {} : { cookie }), ...(origin === undefined ? {} : { origin }) },
  })
  socket.on('error', () => {})
  return {
    socket,
    opened: new Promise((resolve) => socket.once('open', () => resolve())),
    closed: new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    ),
    refused: new Promise((resolve) =>
      socket.once('unexpected-response', (_, response) => {
        resolve(response.statusCode ?? 0)
        response.destroy()
      }),
    ),
  }
}
