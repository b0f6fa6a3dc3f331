/** Seats and who holds them, invitations to them, and what their holders sign in with: the rules, each act with its audit entry. */
import { randomUUID } from 'node:crypto'
import type { Actor, Seat } from '#shared/domain/actors.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { NotDone } from '../lib/not-done.ts'
import { hashOfToken, newToken } from '../lib/tokens.ts'
import { tryCommit } from '../storage/commit.ts'
import type {
  AuditEntry,
  InvitationRecord,
  MembershipRecord,
  PasskeyRecord,
  Storage,
  Write,
} from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'
import { hashPassword, isPassword } from './passwords.ts'
import { isHeld, seatsAt } from './seats.ts'

export const invitationLifetime = 7 * 24 * 60 * 60 * 1000
const day = 24 * 60 * 60 * 1000

type NewInvitation = {
  readonly seat: Seat
  /** The last day on which the seat counts, ISO 8601; null: until it is ended. */
  readonly lastDay: string | null
  readonly replaces: string | null
}

/** What someone new signs in with. `passkey` makes one for the id that they get. */
type Credential =
  | { readonly login: string; readonly password: string }
  | { readonly passkey: (user: string) => Promise<PasskeyRecord | null> }

export type AccountService = {
  /** The seats that count now or later, and the invitations that can still be used. */
  overview(): Promise<{
    readonly memberships: readonly MembershipRecord[]
    readonly invitations: readonly InvitationRecord[]
  }>
  /** The token is given out once and never kept. `by`: null for whoever runs the server. */
  invite(by: Actor | null, invitation: NewInvitation): Promise<{ invitation: InvitationRecord; token: string }>
  withdraw(by: Actor, invitation: string): Promise<void>
  end(by: Actor, membership: string): Promise<void>
  /** The invitation of a token. Rejects with an `NotDone` if it cannot be used (any more). */
  invitation(token: string): Promise<InvitationRecord>
  /** Takes the seat of an invitation as someone new; gives the id of the user. */
  join(token: string, name: string, credential: Credential): Promise<string>
  /** Takes the seat of an invitation beside those that a user holds. */
  accept(token: string, user: string): Promise<void>
  /** Whose name and password these are; null, after the same time, if nobody's. */
  userWithPassword(login: string, password: string): Promise<string | null>
  /** Ends a session of the user, who did so in that seat. */
  endSession(by: Actor, tokenHash: string): Promise<void>
  /** Notes that a passkey was used. */
  countPasskey(passkey: PasskeyRecord, counter: number): Promise<void>
}

const gone = () =>
  new NotDone('missing', 'This invitation was used or taken back, or has expired. Ask the secretariat for a new one.')

const seatOf = ({ role, party, group }: Seat) => ({ role, party, group })

export function createAccounts({
  storage,
  cluster,
  clock,
}: {
  storage: Pick<Storage, 'accounts' | 'initiative' | 'people' | 'transact'>
  cluster: Cluster
  clock: Clock
}): AccountService {
  const note = (by: string | null, action: string, subject: string, detail: AuditEntry['detail'] = {}): AuditEntry => ({
    at: clock.now(),
    actor: by,
    action,
    subject,
    detail,
  })
  const rightsChanged = (user: string) => cluster.publish({ type: 'rightsChanged', user, document: null })

  /** A membership that counts now. */
  async function held(id: string): Promise<MembershipRecord> {
    const now = clock.now()
    const found = (await storage.people.memberships()).find((each) => each.actor.id === id && isHeld(each, now))
    if (found === undefined) throw new NotDone('missing', 'Nobody holds this seat (any more).')
    return found
  }

  /** Without the secretariat nobody could give seats any more. */
  async function checkNotLast({ actor }: MembershipRecord): Promise<void> {
    if (actor.role !== 'secretariat') return
    const now = clock.now()
    const others = (await storage.people.memberships()).filter(
      (each) =>
        each.actor.role === 'secretariat' && each.actor.id !== actor.id && isHeld(each, now) && each.until === null,
    )
    if (others.length > 0) return
    throw new NotDone('conflict', 'This is the last seat of the secretariat: hand it over instead.')
  }

  /** Who sits on one side must not learn what the other side keeps to itself, and the secretariat sits on none. */
  async function checkSide(user: string, { party }: Seat): Promise<void> {
    const seats = seatsAt(await storage.people.membershipsOf(user), clock.now()) ?? []
    if (seats.some((seat) => seat.party !== party)) {
      throw new NotDone('conflict', 'One person holds seats of one party only, or of none.')
    }
  }

  async function open(token: string): Promise<InvitationRecord> {
    const invitation = await storage.accounts.invitation(hashOfToken(token))
    const now = clock.now()
    if (invitation === null || invitation.expiresAt <= now) throw gone()
    if (invitation.until !== null && invitation.until <= now) throw gone()
    return invitation
  }

  async function write(writes: readonly Write[], audit: readonly AuditEntry[], otherwise: NotDone) {
    if ('rejected' in (await tryCommit(storage, { writes, audit }))) throw otherwise
  }

  /** Gives a user the seat of an invitation, with what `before` creates for it, and ends the one that it takes the place of. */
  async function give(invitation: InvitationRecord, user: string, before: readonly Write[] = []): Promise<void> {
    const now = clock.now()
    const { id, until, by, replaces } = invitation
    const membership = randomUUID()
    const replaced =
      replaces === null
        ? undefined
        : (await storage.people.memberships()).find((each) => each.actor.id === replaces && isHeld(each, now))
    const given = { ...seatOf(invitation), until, user, ...(replaced === undefined ? {} : { replaces }) }
    await write(
      [
        ...before,
        { type: 'closeInvitation', invitation: id, at: now },
        { type: 'createMembership', membership: { ...invitation, id: membership, user, from: now, until, by } },
        ...(replaced === undefined
          ? []
          : [{ type: 'endMembership' as const, membership: replaced.actor.id, until: now }]),
      ],
      [note(membership, 'seat.take', `membership:${membership}`, { ...given, invitation: id })],
      gone(),
    )
    rightsChanged(user)
    if (replaced !== undefined) rightsChanged(replaced.actor.user)
  }

  return {
    async overview() {
      const now = clock.now()
      const memberships = (await storage.people.memberships()).filter(({ until }) => until === null || until > now)
      const invitations = (await storage.accounts.invitations()).filter(({ expiresAt }) => expiresAt > now)
      return { memberships, invitations }
    },
    async invite(by, { seat, lastDay, replaces }) {
      const now = clock.now()
      const until = lastDay === null ? null : Date.parse(lastDay) + day
      if (until !== null && until <= now) throw new NotDone('conflict', 'The last day of a deputy is over already.')
      if (replaces !== null) {
        const { actor } = await held(replaces)
        if (JSON.stringify(seatOf(actor)) !== JSON.stringify(seatOf(seat))) {
          throw new NotDone('conflict', 'What is handed over is another seat.')
        }
      }
      // A seat in what the secretariat removes meanwhile could not even be read.
      const { revision } = (await storage.initiative.get()) ?? { revision: null }
      const token = newToken()
      const invitation: InvitationRecord = {
        ...seat,
        id: randomUUID(),
        tokenHash: hashOfToken(token),
        until,
        replaces,
        by: by?.id ?? null,
        createdAt: now,
        expiresAt: now + invitationLifetime,
      }
      await write(
        [
          { type: 'createInvitation', invitation },
          ...(revision === null ? [] : [{ type: 'checkInitiative' as const, revision }]),
        ],
        [note(by?.id ?? null, 'seat.invite', `invitation:${invitation.id}`, { ...seatOf(seat), until, replaces })],
        new NotDone('conflict', 'The invitation could not be made. Try again.'),
      )
      return { invitation, token }
    },
    async withdraw(by, invitation) {
      await write(
        [{ type: 'closeInvitation', invitation, at: clock.now() }],
        [note(by.id, 'seat.withdraw', `invitation:${invitation}`)],
        new NotDone('missing', 'There is no such invitation that could still be used.'),
      )
    },
    async end(by, membership) {
      const found = await held(membership)
      await checkNotLast(found)
      await write(
        [{ type: 'endMembership', membership, until: clock.now() }],
        [note(by.id, 'seat.end', `membership:${membership}`, { user: found.actor.user })],
        new NotDone('missing', 'Nobody holds this seat (any more).'),
      )
      rightsChanged(found.actor.user)
    },
    invitation: open,
    async join(token, name, credential) {
      const invitation = await open(token)
      const user = randomUUID()
      const created: Write[] = [{ type: 'createUser', user: { id: user, name, createdAt: clock.now(), demo: false } }]
      if ('passkey' in credential) {
        const passkey = await credential.passkey(user)
        if (passkey === null) throw new NotDone('conflict', 'The passkey could not be checked. Try again.')
        created.push({ type: 'createPasskey', passkey })
      } else {
        const { login, password } = credential
        if ((await storage.accounts.password(login)) !== null) {
          throw new NotDone('conflict', 'Another account has that sign-in name: choose another one.')
        }
        created.push({ type: 'createPassword', password: { user, login, hash: await hashPassword(password) } })
      }
      await give(invitation, user, created)
      return user
    },
    async accept(token, user) {
      const invitation = await open(token)
      await checkSide(user, invitation)
      await give(invitation, user)
    },
    async userWithPassword(login, password) {
      const known = await storage.accounts.password(login)
      return (await isPassword(password, known?.hash ?? null)) ? (known?.user ?? null) : null
    },
    async endSession(by, tokenHash) {
      await write(
        [{ type: 'endSession', tokenHash }],
        [note(by.id, 'session.end', `user:${by.user}`)],
        new NotDone('missing', 'You are not signed in on such a device (any more).'),
      )
    },
    async countPasskey({ id, user }, counter) {
      await write(
        [{ type: 'countPasskey', passkey: id, counter }],
        [note(null, 'session.passkey', `user:${user}`)],
        new NotDone('missing', 'There is no such passkey.'),
      )
    },
  }
}
