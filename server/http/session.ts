/** Who is asking: the session cookie, the sessions behind it, and the demo's sign-in. */
import { createHash, randomBytes } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { closeSession, getSession, listPersonas, openSession } from '#shared/api/session.ts'
import { findPersona, personas, type Actor } from '#shared/domain/actors.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Storage } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'
import type { App, AppEnv, SignedIn } from './context.ts'
import { serveEndpoint } from './endpoints.ts'
import { personOf } from './people.ts'
import { forbidden, unusable } from './problems.ts'
import { createRemembered } from './remembered.ts'

export const sessionCookie = 'alternat_session'
export const sessionLifetime = 12 * 60 * 60 * 1000

export type Sessions = {
  /** Who holds the token, or null if it opens nothing (any more). What was just looked up is not asked for again. */
  byToken(token: string | undefined): Promise<SignedIn | null>
  /** The store's present word: for connections whose rights have changed, which hear of it before anyone else. */
  byHash(tokenHash: string): Promise<SignedIn | null>
  /** Whether the token opened a session here lately: told without asking the store, so that a crowd of strangers costs nothing. */
  isFamiliar(token: string | undefined): boolean
  /** Opens a session; the token is given out once and never kept. */
  open(actor: Actor): Promise<{ token: string; signedIn: SignedIn }>
  /** Ends a session and, through the cluster, its live connections. */
  close(tokenHash: string): Promise<void>
  stop(): void
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')
const isToken = (token: string | undefined): token is string => token !== undefined && /^[\w-]{43}$/.test(token)

const maxFamiliar = 20_000

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
    const oldest = familiar.values().next()
    if (familiar.size > maxFamiliar && oldest.done !== true) familiar.delete(oldest.value)
  }

  async function look(tokenHash: string): Promise<SignedIn | null> {
    const session = await storage.sessions.get(tokenHash)
    if (session === null || session.expiresAt <= clock.now()) return null
    const actor = await storage.members.get(session.user)
    if (actor === null) return null
    greet(tokenHash)
    return { actor, tokenHash, expiresAt: session.expiresAt }
  }
  const remembered = createRemembered(clock, look)
  const unsubscribe = cluster.subscribe(({ type }) => {
    if (type === 'signedOut' || type === 'rightsChanged') remembered.clear()
  })

  return {
    byHash: look,
    async byToken(token) {
      // Anything else cannot be one of ours: no need to ask the store.
      const signedIn = isToken(token) ? await remembered.get(hashOf(token)) : null
      return signedIn !== null && signedIn.expiresAt > clock.now() ? signedIn : null
    },
    stop: unsubscribe,
    isFamiliar: (token) => isToken(token) && familiar.has(hashOf(token)),
    async open(actor) {
      const token = randomBytes(32).toString('base64url')
      const tokenHash = hashOf(token)
      const createdAt = clock.now()
      const expiresAt = createdAt + sessionLifetime
      await storage.sessions.open(tokenHash, { user: actor.id, createdAt, expiresAt })
      greet(tokenHash)
      return { token, signedIn: { actor, tokenHash, expiresAt } }
    },
    async close(tokenHash) {
      await storage.sessions.close(tokenHash)
      familiar.delete(tokenHash)
      cluster.publish({ type: 'signedOut', tokenHash })
    },
  }
}

/** Finds out who is asking, for each request to the API. */
export function identify(sessions: Sessions): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    c.set('signedIn', await sessions.byToken(getCookie(c, sessionCookie)))
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
    await c.req.text()
    return await again(c, next)
  }
}

/** Whether the browser reached us over https, if need be through a trusted proxy that says so. */
const isSecure = (c: Context<AppEnv>) => c.get('caller').protocol === 'https'

const describe = ({ actor, expiresAt }: SignedIn) => ({
  actor,
  person: personOf(actor),
  expiresAt: new Date(expiresAt).toISOString(),
})

/** Signing in as a persona (in demo mode only), asking who is signed in, signing out. */
export function serveSession(
  app: App,
  { sessions, storage, demo }: { sessions: Sessions; storage: Storage; demo: boolean },
) {
  const noDemo = () =>
    forbidden('Demo sign-in is off here. Start the server on a loopback HOST or with DEMO=1 to use personas.')

  serveEndpoint(app, listPersonas, async () => {
    if (!demo) throw noDemo()
    return { personas: personas.map(personOf) }
  })

  serveEndpoint(app, openSession, async ({ body, signedIn: before, c }) => {
    if (!demo) throw noDemo()
    const persona = findPersona(body.persona)
    const actor = persona && (await storage.members.get(persona.id))
    if (actor == null) throw unusable('persona', 'There is no such persona. GET /api/personas lists those there are.')
    const { token, signedIn } = await sessions.open(actor)
    if (before !== null) await sessions.close(before.tokenHash)
    setCookie(c, sessionCookie, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'Lax',
      secure: isSecure(c),
      maxAge: sessionLifetime / 1000,
    })
    return describe(signedIn)
  })

  serveEndpoint(app, getSession, async ({ signedIn }) => describe(signedIn))

  serveEndpoint(app, closeSession, async ({ signedIn, c }) => {
    if (signedIn !== null) await sessions.close(signedIn.tokenHash)
    deleteCookie(c, sessionCookie, { path: '/' })
    return { signedOut: true as const }
  })
}
