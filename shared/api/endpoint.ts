/** How an endpoint is described once for both sides: the server serves and documents it, the client calls it. */
import type { z } from 'zod'

type Method = 'get' | 'post' | 'patch' | 'put' | 'delete'

export type Endpoint = {
  readonly method: Method
  /** OpenAPI form: `/api/documents/{id}`. */
  readonly path: `/${string}`
  /** One sentence for the reader of the API. */
  readonly summary: string
  readonly tag: string
  /** Whether it answers without a session. */
  readonly public?: true
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly response: z.ZodType
  /** The status of success; 200 unless said. */
  readonly status?: 200 | 201
}

/** Describes an endpoint, keeping the precise types of its schemas. */
export const endpoint = <const E extends Endpoint>(description: E): E => description
