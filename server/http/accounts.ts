/** Accounts over HTTP: signing in, taking the seat of an invitation, the secretariat's seats, one's own devices. */
import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import type { z } from 'zod'
import {
  acceptInvitation,
  askForPasskey,
  endSeat,
  invite,
  joinWithPasskey,
  joinWithPassword,
  listDevices,
  listSeats,
  prepareJoining,
  readInvitation,
  signInWithPasskey,
  signInWithPassword,
  signOutDevice,
  withdrawInvitation,
  type Invitation,
} from '#shared/api/accounts.ts'
import { getSignInWays, type SignInWay } from '#shared/api/session.ts'
import { seatNameInGroup, type Actor } from '#shared/domain/actors.ts'
import { can } from '#shared/domain/permissions.ts'
import { createPasskeys, type Site } from '../accounts/passkeys.ts'
import type { AccountService } from '../accounts/service.ts'
import type { InvitationRecord, Storage } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'
import type { App, AppEnv, SignedIn } from './context.ts'
import { serveEndpoint } from './endpoints.ts'
import { instant } from './instant.ts'
import { personOf } from './people.ts'
import { forbidden, HttpProblem, notFound } from './problems.ts'
import { createBuckets, tooFast } from './rate.ts'
import { describeMembership, startSession, type Sessions } from './session.ts'

/** Of one address at one account: whoever tries from elsewhere keeps nobody out. */
const triesAtAccount = { burst: 10, perSecond: 1 / 60 }
const triesOfAddress = { burst: 60, perSecond: 1 / 2 }

type Options = { storage: Storage; clock: Clock; sessions: Sessions; accounts: AccountService; demo: boolean }

export function serveAccounts(app: App, { storage, clock, sessions, accounts, demo }: Options): void {
  const passkeys = createPasskeys(clock)
  const atAccount = createBuckets(clock, triesAtAccount)
  const ofAddress = createBuckets(clock, triesOfAddress)

  const checkMode = () => {
    if (demo) throw forbidden('This is a demonstration: it has personas and no accounts. Start the server with DEMO=0.')
  }

  /** Counts a try to get in. Asked before anything is looked up: the answer is the same whoever is meant. */
  function take(c: Context<AppEnv>, login: string | null): void {
    checkMode()
    const { address } = c.get('caller')
    const wait = ofAddress.take(address) || (login === null ? 0 : atAccount.take(`${address} ${login}`))
    if (wait > 0) throw tooFast('Too many attempts. Wait a while and try again.', wait)
  }

  async function enter(c: Context<AppEnv>, user: string): Promise<typeof entered> {
    const signedIn = await startSession(c, sessions, user)
    if (signedIn === null) throw forbidden('You hold no seat at present. Ask the secretariat.')
    return entered
  }

  /** The site that the browser is at; the problem 409 where it is none that can have passkeys. */
  function siteOf(c: Context<AppEnv>): Site {
    const { host = '' } = c.get('caller')
    const id = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : ''
    if (!/[a-z]/i.test(id)) throw new HttpProblem(409, 'Passkeys belong to a site that has a name, not to an address.')
    return { id, origins: [`https://${host}`, `http://${host}`] }
  }

  function secretariat({ seats }: SignedIn): Actor {
    checkMode()
    const actor = seats.find((seat) => can(seat, 'seats.manage', null))
    if (actor === undefined) throw forbidden('Only the secretariat gives and ends seats.')
    return actor
  }

  const describeInvitation = (invitation: InvitationRecord): Invitation => {
    const { tokenHash: _tokenHash, by: _by, createdAt: _createdAt, until, expiresAt, ...same } = invitation
    return { ...same, until: until === null ? null : instant(until), expiresAt: instant(expiresAt) }
  }

  const ways: z.infer<typeof SignInWay>[] = demo ? ['persona'] : ['passkey', 'password']
  serveEndpoint(app, getSignInWays, async () => ({ ways }))

  serveEndpoint(app, signInWithPassword, async ({ body: { login, password }, c }) => {
    take(c, login)
    const user = await accounts.userWithPassword(login, password)
    if (user === null) throw forbidden('The sign-in name or the password is not right.')
    return await enter(c, user)
  })

  serveEndpoint(app, askForPasskey, async ({ c }) => {
    take(c, null)
    return await passkeys.ask(siteOf(c))
  })

  serveEndpoint(app, signInWithPasskey, async ({ body: { proof }, c }) => {
    take(c, null)
    const passkey = await storage.accounts.passkey(proof.id)
    const counter = passkey && (await passkeys.proven(siteOf(c), proof, passkey))
    if (passkey === null || counter === null) throw forbidden('This passkey opens no account here.')
    await accounts.countPasskey(passkey, counter)
    return await enter(c, passkey.user)
  })

  serveEndpoint(app, readInvitation, async ({ body: { token }, c }) => {
    take(c, null)
    const invitation = await accounts.invitation(token)
    const { until, expiresAt } = describeInvitation(invitation)
    return { seat: seatNameInGroup(invitation), until, expiresAt }
  })

  serveEndpoint(app, joinWithPassword, async ({ body: { token, name, login, password }, c }) => {
    take(c, null)
    return await enter(c, await accounts.join(token, name, { login, password }))
  })

  serveEndpoint(app, prepareJoining, async ({ body: { token, name }, c }) => {
    take(c, null)
    const { id } = await accounts.invitation(token)
    return await passkeys.prepare(siteOf(c), id, name)
  })

  serveEndpoint(app, joinWithPasskey, async ({ body: { token, name, passkey }, c }) => {
    take(c, null)
    const { id } = await accounts.invitation(token)
    const made = async (user: string) => await passkeys.made(siteOf(c), id, passkey, user)
    return await enter(c, await accounts.join(token, name, { passkey: made }))
  })

  serveEndpoint(app, acceptInvitation, async ({ signedIn, body: { token }, c }) => {
    take(c, null)
    await accounts.accept(token, signedIn.user.id)
    return entered
  })

  serveEndpoint(app, listSeats, async ({ signedIn }) => {
    secretariat(signedIn)
    const { memberships, invitations } = await accounts.overview()
    return { memberships: memberships.map(describeMembership), invitations: invitations.map(describeInvitation) }
  })

  serveEndpoint(app, invite, async ({ signedIn, body }) => {
    const { invitation, token } = await accounts.invite(secretariat(signedIn), body)
    return { invitation: describeInvitation(invitation), token }
  })

  serveEndpoint(app, withdrawInvitation, async ({ signedIn, params: { id } }) => {
    await accounts.withdraw(secretariat(signedIn), id)
    return { withdrawn: true as const }
  })

  serveEndpoint(app, endSeat, async ({ signedIn, params: { id } }) => {
    await accounts.end(secretariat(signedIn), id)
    return { ended: true as const }
  })

  serveEndpoint(app, listDevices, async ({ signedIn }) => {
    const open = (await storage.sessions.of(signedIn.user.id)).filter(({ expiresAt }) => expiresAt > clock.now())
    return {
      person: personOf(signedIn.seats[0]),
      devices: open.map(({ tokenHash, device, createdAt, expiresAt }) => ({
        id: deviceId(tokenHash),
        description: device,
        signedInAt: instant(createdAt),
        expiresAt: instant(expiresAt),
        here: tokenHash === signedIn.tokenHash,
      })),
    }
  })

  serveEndpoint(app, signOutDevice, async ({ signedIn, params: { id } }) => {
    const own = await storage.sessions.of(signedIn.user.id)
    const session = own.find(({ tokenHash }) => deviceId(tokenHash) === id)
    if (session === undefined) throw notFound('You are not signed in on such a device (any more).')
    await accounts.endSession(signedIn.seats[0], session.tokenHash)
    sessions.closed(session.tokenHash)
    return { signedOut: true as const }
  })
}

const entered = { signedIn: true } as const

/** What a session is called in the API: its hash itself goes nowhere. */
const deviceId = (tokenHash: string) => createHash('sha256').update(tokenHash).digest('hex').slice(0, 32)
