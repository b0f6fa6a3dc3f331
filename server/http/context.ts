/** What goes with every request. */
import type { HttpBindings } from '@hono/node-server'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { RequestIdVariables } from 'hono/request-id'
import type { Actor } from '#shared/domain/actors.ts'

export type SignedIn = { readonly actor: Actor; readonly tokenHash: string; readonly expiresAt: number }

export type AppEnv = {
  Bindings: Partial<HttpBindings>
  Variables: RequestIdVariables & { signedIn: SignedIn | null }
}

export type App = OpenAPIHono<AppEnv>
