/** How a request is turned down: errors with a status, and the RFC 9457 document that tells the reader what to do. */
import { STATUS_CODES } from 'node:http'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Logger } from 'pino'
import type { z } from 'zod'
import type { Problem } from '#shared/api/common.ts'
import type { AppEnv } from './context.ts'
import { NotDone } from '../lib/not-done.ts'
import { RecordDamaged, StorageError } from '../storage/storage.ts'
import { EditRefused } from '../sync/types.ts'
import { TooMuchWork } from '../work/pool.ts'

export type FieldError = { readonly path: string; readonly message: string }

/** A request that is turned down. `message` is a sentence for the reader; it goes out as it is. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly status: number
  readonly errors: readonly FieldError[] | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    detail: string,
    more: { errors?: readonly FieldError[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail)
    this.status = status
    this.errors = more.errors
    this.headers = more.headers ?? {}
  }
}

export const notSignedIn = () => new HttpProblem(401, 'You are not signed in. Sign in with POST /api/session.')
export const forbidden = (detail: string) => new HttpProblem(403, detail)
export const notFound = (detail: string) => new HttpProblem(404, detail)
export const nothingHere = () => notFound('There is nothing at this address.')
export const unusable = (path: string, message: string) =>
  new HttpProblem(422, `${path}: ${message}`, { errors: [{ path, message }] })

/** What is wrong with a value that its schema refused, and how to mend it. Names no value: it may be someone's words. */
export function fieldErrors(error: z.ZodError, prefix = ''): FieldError[] {
  return error.issues.map((issue) => ({
    path: [...(prefix === '' ? [] : [prefix]), ...issue.path.map(String)].join('.'),
    message: remedy(issue),
  }))
}

function remedy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `Use one of: ${issue.values.map(String).join(', ')}.`
    case 'too_big':
      return `Give at most ${String(issue.maximum)}${unitOf(issue.origin)}.`
    case 'too_small':
      return `Give at least ${String(issue.minimum)}${unitOf(issue.origin)}.`
    case 'invalid_type':
      return `Give a value of type ${issue.expected}.`
    case 'invalid_format':
      return issue.message.startsWith('Invalid') ? `This is not a valid ${issue.format}.` : issue.message
    default:
      return issue.message
  }
}

const unitOf = (origin: string) => (origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '')

const notDone = { missing: 404, conflict: 409, forbidden: 403 } as const

/** The problem that stands for anything thrown while answering. What is not known to be the reader's doing says nothing. */
function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error
  if (error instanceof RecordDamaged) {
    return new HttpProblem(
      500,
      'What is kept here is damaged, and is not shown as what it was. Tell the operator: it can be restored from a backup.',
    )
  }
  if (error instanceof StorageError) {
    return new HttpProblem(503, 'The store cannot be reached at the moment. Nothing was lost; try again shortly.', {
      headers: { 'Retry-After': '2' },
    })
  }
  if (error instanceof NotDone) return new HttpProblem(notDone[error.reason], error.message)
  if (error instanceof EditRefused) return new HttpProblem(409, `The text was not changed: ${error.message}`)
  if (error instanceof TooMuchWork) return new HttpProblem(413, `The text is too large for this: ${error.message}`)
  if (error instanceof HTTPException) return new HttpProblem(error.status, 'The request cannot be answered as it is.')
  return new HttpProblem(500, 'Something failed on the server. It has been noted in the log under the request id.')
}

/** The problem document of what is turned down before there is a request that the app could answer. */
export const plainProblem = (status: number, detail: string): string =>
  JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail } satisfies Problem)

export const problemType = { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' } as const

/** Answers with the problem document of an error and notes in the log what only the operator should see. */
export function answerProblem(error: unknown, c: Context<AppEnv>, logger: Logger): Response {
  const problem = problemOf(error)
  if (problem.status >= 500) {
    logger.error({ requestId: c.get('requestId'), err: error }, 'a request failed')
  }
  const body: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    instance: c.req.path,
    ...(problem.errors === undefined ? {} : { errors: [...problem.errors] }),
  }
  return new Response(JSON.stringify(body), {
    status: problem.status,
    headers: { ...problemType, ...problem.headers },
  })
}
