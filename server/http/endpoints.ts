/** Serves the endpoints that shared/api describes: checks what comes in and what goes out, and documents them as OpenAPI. */
import type { Context } from 'hono'
import { z } from 'zod'
import { Problem } from '#shared/api/common.ts'
import type { Endpoint } from '#shared/api/endpoint.ts'
import type { App, AppEnv, SignedIn } from './context.ts'
import { fieldErrors, HttpProblem, notSignedIn, type FieldError } from './problems.ts'

type OutputOf<E extends Endpoint, Part extends 'params' | 'query' | 'body'> =
  E[Part] extends z.ZodType<infer Output> ? Output : undefined

export type Input<E extends Endpoint> = {
  readonly params: OutputOf<E, 'params'>
  readonly query: OutputOf<E, 'query'>
  readonly body: OutputOf<E, 'body'>
  readonly signedIn: E extends { public: true } ? SignedIn | null : SignedIn
  readonly c: Context<AppEnv>
}

/**
 * Registers an endpoint. `answer` gives what the response schema describes, or a finished response for what is not JSON. It may
 * throw an `HttpProblem`.
 */
export function serveEndpoint<E extends Endpoint>(
  app: App,
  endpoint: E,
  answer: (input: Input<E>) => Promise<z.input<E['response']> | Response>,
): void {
  document(app, endpoint)
  app.on(endpoint.method.toUpperCase(), endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
    const signedIn = c.get('signedIn')
    if (signedIn === null && endpoint.public !== true) throw notSignedIn()
    const given = {
      // A path that names nothing possible names nothing.
      params: check(endpoint.params, c.req.param(), 404, ''),
      query: check(endpoint.query, c.req.query(), 422, ''),
      body: endpoint.body === undefined ? undefined : check(endpoint.body, await readBody(c, endpoint.body), 422, ''),
      signedIn,
      c,
    }
    // Each part has just been checked by the schema that gives it its type.
    const result = await answer(given as Input<E>)
    if (result instanceof Response) return result
    c.header('Cache-Control', 'no-store')
    return c.json(endpoint.response.parse(result), endpoint.status ?? 200)
  })
}

/** The answer of those parts and a text, whose JSON goes out as it is: to take it apart and put it together again would take long. */
export const withContent = (c: Context<AppEnv>, parts: object, content: string, name = 'content'): Response =>
  c.body(`${JSON.stringify(parts).slice(0, -1)},${JSON.stringify(name)}:${content}}`, 200, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
  })

function check(schema: z.ZodType | undefined, value: unknown, status: 404 | 422, prefix: string): unknown {
  if (schema === undefined) return undefined
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const errors = fieldErrors(result.error, prefix)
  throw new HttpProblem(status, inOneSentence(errors), { errors })
}

const inOneSentence = (errors: readonly FieldError[]) =>
  errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join(' ')

/** What came as a body; undefined where none came to an endpoint that needs none. */
async function readBody(c: Context<AppEnv>, schema: z.ZodType): Promise<unknown> {
  const comes = ['content-type', 'transfer-encoding'].some((name) => c.req.header(name) !== undefined)
  const isEmpty = !comes && (c.req.header('content-length') ?? '0') === '0'
  return isEmpty && mayBeMissing(schema) ? undefined : await readJson(c)
}

const mayBeMissing = (schema: z.ZodType): boolean => schema.safeParse(undefined).success

async function readJson(c: Context<AppEnv>): Promise<unknown> {
  const type = c.req.header('content-type') ?? ''
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) {
    throw new HttpProblem(415, 'Send the body as JSON, with the header Content-Type: application/json.')
  }
  const bytes = await c.req.arrayBuffer()
  let text
  try {
    // Replaced by others, what is no UTF-8 would be stored as words that nobody wrote.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new HttpProblem(400, 'The body is not valid UTF-8: save the text as UTF-8 and send it again.')
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new HttpProblem(400, 'The body is not valid JSON.')
  }
}

const problemAnswer = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Problem } },
})

/** How the description of an endpoint describes its refusals. */
export const refusal = problemAnswer('The request was turned down: `detail` says why, `errors` how to mend it.')

function document(app: App, endpoint: Endpoint): void {
  const { method, path, summary, tag, params, query, body, response, status = 200 } = endpoint
  const isFile = response instanceof z.ZodString
  app.openAPIRegistry.registerPath({
    method,
    path,
    summary,
    tags: [tag],
    ...(endpoint.public === true ? { security: [] } : {}),
    request: {
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { query }),
      ...(body === undefined
        ? {}
        : { body: { required: !mayBeMissing(body), content: { 'application/json': { schema: body } } } }),
    },
    responses: {
      [status]: {
        description: summary,
        content: isFile
          ? { 'text/html': { schema: response }, 'text/markdown': { schema: response } }
          : { 'application/json': { schema: response } },
      },
      ...(endpoint.public === true ? {} : { 401: problemAnswer('No one is signed in.') }),
      default: refusal,
    },
  })
}
