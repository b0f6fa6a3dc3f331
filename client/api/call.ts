/** Calls the server as `shared/api` describes it, and checks that it answers as described. */
import type { z } from 'zod'
import { Problem } from '#shared/api/common.ts'
import type { Endpoint } from '#shared/api/endpoint.ts'

/** The server said no, or could not be reached (`status` 0). `message` is the server's own English, not for the reader. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  /** What in the request stands against it, by its place there. */
  readonly errors: NonNullable<Problem['errors']>
  constructor(status: number, message: string, errors: Problem['errors'] = []) {
    super(message)
    this.status = status
    this.errors = errors
  }
}

type Part<Name extends string, S> = S extends z.ZodType
  ? undefined extends z.input<S>
    ? { readonly [N in Name]?: z.input<S> }
    : { readonly [N in Name]: z.input<S> }
  : unknown

type Input<E extends Endpoint> = Part<'params', E['params']> & Part<'query', E['query']> & Part<'body', E['body']>

type Given = {
  readonly params?: Record<string, string>
  readonly query?: Record<string, string | number | boolean | undefined>
  readonly body?: unknown
}

/**
 * Calls `endpoint`; gives its answer. Throws an `ApiError` with the server's own words if it refuses, and one with status 0 if
 * it cannot be reached or answers something else than it promised.
 */
export async function call<E extends Endpoint>(
  endpoint: E,
  input: Input<E> & Given,
  signal?: AbortSignal,
): Promise<z.output<E['response']>> {
  const { params = {}, query = {}, body }: Given = input
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  const url = search.size > 0 ? `${path}?${search}` : path
  let response: Response
  try {
    response = await fetch(url, {
      method: endpoint.method.toUpperCase(),
      credentials: 'same-origin',
      headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError(0, 'The server cannot be reached.')
  }
  const answer: unknown = await response.json().catch(() => undefined)
  if (!response.ok) {
    const problem = Problem.safeParse(answer)
    if (problem.success) throw new ApiError(response.status, problem.data.detail, problem.data.errors)
    throw new ApiError(response.status, response.statusText)
  }
  const parsed = endpoint.response.safeParse(answer)
  if (!parsed.success) throw new ApiError(0, `The server gave an answer that cannot be read (${url}).`)
  // TypeScript does not carry the endpoint's own type through `safeParse` of a property.
  return parsed.data as z.output<E['response']>
}
