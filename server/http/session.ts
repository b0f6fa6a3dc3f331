/** Who is asking: the session cookie, the sessions behind it, and the demo's sign-in. */
import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Membership } from '#shared/api/common.ts'
import { closeSession, getSession, listPersonas, openSession, type Session } from '#shared/api/session.ts'
import { findPersona, personas } from '#shared/domain/actors.ts'
import { heldAt, seatsAt } from '../accounts/seats.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { dropOldest } from '../lib/drop-oldest.ts'
import { hashOfToken, isToken, newToken } from '../lib/tokens.ts'
import type { MembershipRecord, Storage } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'
import type { App, AppEnv, Seats, SignedIn } from './context.ts'
import { serveEndpoint } from './endpoints.ts'
import { instant } from './instant.ts'
import { personOf } from './people.ts'
import { forbidden, notSignedIn, unusable } from './problems.ts'
import { createTtlCache } from './ttl-cache.ts'

export const sessionCookie = 'alternat_session'
const sessionLifetime = 12 * 60 * 60 * 1000

export type Sessions = {
  /** Who holds the token, or null if it opens nothing (any more). What was just looked up is not asked for again. */
  byToken(token: string | undefined): Promise<SignedIn | null>
  /** The store's present word: for connections whose rights have changed, which hear of it before anyone else. */
  byHash(tokenHash: string): Promise<SignedIn | null>
  /** Whether the token opened a session here lately: told without asking the store, so that a crowd of strangers costs nothing. */
  isFamiliar(token: string | undefined): boolean
  /** Opens a session of a user; the token is given out once and never kept. Null, and nothing is done, for one without a seat. */
  open(user: string, device?: string): Promise<{ token: string; signedIn: SignedIn } | null>
  /** Ends a session and, through the cluster, its live connections. */
  close(tokenHash: string): Promise<void>
  /** A session was ended by a transaction: its live connections end. */
  closed(tokenHash: string): void
  stop(): void
}

const maxFamiliar = 20_000
const longestDevice = 300

export function createSessions({
  storage,
  cluster,
  clock,
}: {
  storage: Storage
  cluster: Cluster
  clock: Clock
}): Sessions {
  const familiar = new Set<string>()
  const greet = (tokenHash: string) => {
    familiar.add(tokenHash)
    dropOldest(familiar, maxFamiliar)
  }

  const seatsOf = async (user: string) => seatsAt(await storage.people.membershipsOf(user), clock.now())

  async function look(tokenHash: string): Promise<SignedIn | null> {
    const session = await storage.sessions.get(tokenHash)
    if (session === null || session.expiresAt <= clock.now()) return null
    const seats = await seatsOf(session.user)
    if (seats === null) return null
    greet(tokenHash)
    return { ...holderOf(seats), tokenHash, expiresAt: session.expiresAt }
  }
  const cache = createTtlCache(clock, look)
  const unsubscribe = cluster.subscribe(({ type }) => {
    if (type === 'signedOut' || type === 'rightsChanged') cache.clear()
  })

  const closed = (tokenHash: string) => {
    familiar.delete(tokenHash)
    cluster.publish({ type: 'signedOut', tokenHash })
  }

  return {
    byHash: look,
    async byToken(token) {
      // Anything else cannot be one of ours: no need to ask the store.
      const signedIn = isToken(token) ? await cache.get(hashOfToken(token)) : null
      return signedIn !== null && signedIn.expiresAt > clock.now() ? signedIn : null
    },
    stop: unsubscribe,
    isFamiliar: (token) => isToken(token) && familiar.has(hashOfToken(token)),
    async open(user, device = '') {
      const seats = await seatsOf(user)
      if (seats === null) return null
      const token = newToken()
      const tokenHash = hashOfToken(token)
      const createdAt = clock.now()
      const expiresAt = createdAt + sessionLifetime
      await storage.sessions.open(tokenHash, { user, createdAt, expiresAt, device: device.slice(0, longestDevice) })
      greet(tokenHash)
      return { token, signedIn: { ...holderOf(seats), tokenHash, expiresAt } }
    },
    async close(tokenHash) {
      await storage.sessions.close(tokenHash)
      closed(tokenHash)
    },
    closed,
  }
}

/** Whether the browser reached us over https, if need be through a trusted proxy that says so. */
const isSecure = (c: Context<AppEnv>) => c.get('caller').protocol === 'https'

/**
 * The token that a request brings. Over https only under the name that neither another host of the same domain nor a page without
 * encryption can set: theirs would sign the reader in as someone else.
 */
export const cookieToken = (c: Context<AppEnv>): string | undefined =>
  isSecure(c) ? getCookie(c, sessionCookie, 'host') : getCookie(c, sessionCookie)

/** The token in the header of a request that the app has not seen yet. */
export const tokenIn = (cookie: string | undefined): string | undefined =>
  new RegExp(`(?:^|;\\s*)(?:__Host-)?${sessionCookie}=([\\w-]{43})(?:;|$)`).exec(cookie ?? '')?.[1]

/** Finds out who is asking, for each request to the API. */
export function identify(sessions: Sessions): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    c.set('signedIn', await sessions.byToken(cookieToken(c)))
    await next()
  }
}

/**
 * Finds it out again once all of the request is there: a body can take a minute to arrive, and the session may end meanwhile.
 * Nothing is read for someone without a session; that is for the endpoint to do, if it answers to them.
 */
export function identifyOnceArrived(sessions: Sessions): MiddlewareHandler<AppEnv> {
  const again = identify(sessions)
  return async (c, next) => {
    if (c.get('signedIn') === null || c.req.raw.body === null) return await next()
    await c.req.arrayBuffer()
    return await again(c, next)
  }
}

const holderOf = (seats: Seats): Pick<SignedIn, 'user' | 'seats'> => {
  const [{ user, name }] = seats
  return { user: { id: user, name }, seats }
}

/** Opens a session for a user in the place of the one that the browser has, and gives it the cookie; null if they hold no seat. */
export async function startSession(c: Context<AppEnv>, sessions: Sessions, user: string): Promise<SignedIn | null> {
  const opened = await sessions.open(user, c.req.header('user-agent'))
  if (opened === null) return null
  const before = c.get('signedIn')
  if (before !== null) await sessions.close(before.tokenHash)
  const kept = { path: '/', httpOnly: true, sameSite: 'Lax', maxAge: sessionLifetime / 1000 } as const
  if (isSecure(c)) setCookie(c, sessionCookie, opened.token, { ...kept, secure: true, prefix: 'host' })
  else setCookie(c, sessionCookie, opened.token, kept)
  return opened.signedIn
}

/** What someone learns of their own session. */
function sessionDescriber({ storage, clock }: { storage: Storage; clock: Clock }) {
  return async ({ user, seats: [actor], expiresAt }: SignedIn): Promise<Session> => {
    const held = heldAt(await storage.people.membershipsOf(user.id), clock.now())
    if (held.length === 0) throw notSignedIn()
    return {
      user,
      memberships: held.map(describeMembership),
      actor,
      person: personOf(actor),
      expiresAt: instant(expiresAt),
    }
  }
}

export const describeMembership = ({ actor, from, until }: MembershipRecord): Membership => ({
  ...actor,
  from: instant(from),
  until: until === null ? null : instant(until),
})

/** Signing in as a persona (in demo mode only), asking who is signed in, signing out. */
export function serveSession(
  app: App,
  { sessions, storage, clock, demo }: { sessions: Sessions; storage: Storage; clock: Clock; demo: boolean },
) {
  const describe = sessionDescriber({ storage, clock })
  const noDemo = () =>
    forbidden('Demo sign-in is off here. Start the server on a loopback HOST or with DEMO=1 to use personas.')

  serveEndpoint(app, listPersonas, async () => {
    if (!demo) throw noDemo()
    return { personas: personas().map(personOf) }
  })

  serveEndpoint(app, openSession, async ({ body, c }) => {
    if (!demo) throw noDemo()
    const persona = findPersona(body.persona)
    const signedIn = persona && (await startSession(c, sessions, persona.user))
    if (signedIn == null)
      throw unusable('persona', 'There is no such persona. GET /api/personas lists those there are.')
    return await describe(signedIn)
  })

  serveEndpoint(app, getSession, async ({ signedIn }) => await describe(signedIn))

  serveEndpoint(app, closeSession, async ({ signedIn, c }) => {
    if (signedIn !== null) await sessions.close(signedIn.tokenHash)
    if (isSecure(c)) deleteCookie(c, sessionCookie, { path: '/', secure: true, prefix: 'host' })
    else deleteCookie(c, sessionCookie, { path: '/' })
    return { signedOut: true as const }
  })
}
