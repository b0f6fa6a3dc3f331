/** What goes with every request. */
import type { HttpBindings } from '@hono/node-server'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { RequestIdVariables } from 'hono/request-id'
import type { Actor } from '#shared/domain/actors.ts'
import type { Caller } from './callers.ts'

export type SignedIn = { readonly actor: Actor; readonly tokenHash: string; readonly expiresAt: number }

export type AppEnv = {
  Bindings: Partial<HttpBindings>
  Variables: RequestIdVariables & { caller: Caller; signedIn: SignedIn | null }
}

export type App = OpenAPIHono<AppEnv>
