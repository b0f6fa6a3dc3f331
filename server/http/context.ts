/** What goes with every request. */
import type { Duplex } from 'node:stream'
import type { HttpBindings } from '@hono/node-server'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { RequestIdVariables } from 'hono/request-id'
import type { WebSocket } from 'ws'
import type { Actor } from '#shared/domain/actors.ts'
import type { Caller } from './callers.ts'

/** The seats that someone holds now, at least one. In which of them they act in a document, `actorIn` says. */
export type Seats = readonly [Actor, ...Actor[]]

export type SignedIn = {
  /** `name`: null for a persona. */
  readonly user: { readonly id: string; readonly name: string | null }
  readonly seats: Seats
  readonly tokenHash: string
  readonly expiresAt: number
}

/** An upgrade that the app is asked about. One that it does not accept is turned away with the app's answer. */
export type Upgrade = {
  readonly stream: Duplex
  /** Has the connection become a socket, which is then handed over. */
  accept(open: (socket: WebSocket) => void): void
}

export type AppEnv = {
  Bindings: Partial<HttpBindings> & { upgrade?: Upgrade }
  Variables: RequestIdVariables & { caller: Caller; signedIn: SignedIn | null }
}

export type App = OpenAPIHono<AppEnv>
