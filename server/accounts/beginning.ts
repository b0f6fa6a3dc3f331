/** How a store begins outside of the demonstration: nobody is seated, and whoever runs the server lets the secretariat in. */
import type { Storage } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'
import { isHeld } from './seats.ts'
import type { AccountService } from './service.ts'

/** Whether a store is one of the demonstration or one with accounts; null while it is neither. It never becomes the other. */
export async function kindOf(storage: Pick<Storage, 'people' | 'accounts'>): Promise<'demo' | 'accounts' | null> {
  const [first] = await storage.people.users()
  if (first !== undefined) return first.demo ? 'demo' : 'accounts'
  return (await storage.accounts.invitations()).length > 0 ? 'accounts' : null
}

/**
 * The token of an invitation to the secretariat, for the console, while nobody holds its seat. An earlier one does not serve any
 * more from then on. Null if someone holds it.
 */
export async function inviteSecretariat(
  storage: Pick<Storage, 'people' | 'accounts' | 'transact'>,
  clock: Clock,
  accounts: Pick<AccountService, 'invite'>,
): Promise<string | null> {
  const now = clock.now()
  const memberships = await storage.people.memberships()
  if (memberships.some((each) => each.actor.role === 'secretariat' && isHeld(each, now))) return null
  const earlier = (await storage.accounts.invitations()).filter(({ by, expiresAt }) => by === null && expiresAt > now)
  await storage.transact(
    earlier.map(({ id }) => ({
      writes: [{ type: 'closeInvitation', invitation: id, at: now }],
      audit: [{ at: now, actor: null, action: 'seat.withdraw', subject: `invitation:${id}`, detail: {} }],
    })),
  )
  const seat = { role: 'secretariat', party: null, group: null } as const
  return (await accounts.invite(null, { seat, lastDay: null, replaces: null })).token
}
