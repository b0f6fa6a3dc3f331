/** Which seats count at a moment, and a watch over the moments at which that changes by itself. */
import type { Logger } from 'pino'
import type { Actor } from '#shared/domain/actors.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { MembershipRecord, Storage } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'

/** Whether a membership counts at that moment. */
export const isHeld = ({ from, until }: Pick<MembershipRecord, 'from' | 'until'>, now: number): boolean =>
  from <= now && (until === null || until > now)

/** The memberships that count at that moment, the longest held first. */
export const heldAt = (memberships: readonly MembershipRecord[], now: number): readonly MembershipRecord[] =>
  memberships
    .filter((membership) => isHeld(membership, now))
    .toSorted((a, b) => a.from - b.from || a.actor.id.localeCompare(b.actor.id))

/** The seats of those; null if there is none. */
export function seatsAt(memberships: readonly MembershipRecord[], now: number): readonly [Actor, ...Actor[]] | null {
  const [first, ...others] = heldAt(memberships, now).map(({ actor }) => actor)
  return first === undefined ? null : [first, ...others]
}

/** Timers do not reach further than this. */
const furthestMs = 24 * 60 * 60 * 1000
const againAfterMs = 1000

/**
 * Has `rightsChanged` published for a user at the moment at which one of their seats begins or ends, so that their connections are
 * asked again then. Returns how to stop.
 */
export function watchSeats({
  storage,
  cluster,
  clock,
  logger,
}: {
  readonly storage: { readonly people: Pick<Storage['people'], 'memberships'> }
  readonly cluster: Cluster
  readonly clock: Clock
  readonly logger: Logger
}): () => void {
  let cancel = () => {}
  let stopped = false
  /** Up to when what fell due has been told. */
  let told = clock.now()
  let look: Promise<void> = Promise.resolve()

  const wait = (ms: number) => {
    cancel()
    if (!stopped) cancel = clock.after(Math.min(Math.max(ms, 0), furthestMs), again)
  }
  const tell = async () => {
    const memberships = await storage.people.memberships()
    const now = clock.now()
    const moments = memberships.flatMap(({ actor, from, until }) =>
      [from, until ?? from].map((at) => ({ at, user: actor.user })),
    )
    const due = new Set(moments.filter(({ at }) => at > told && at <= now).map(({ user }) => user))
    told = now
    for (const user of due) cluster.publish({ type: 'rightsChanged', user, document: null })
    wait(Math.min(...moments.filter(({ at }) => at > now).map(({ at }) => at), Infinity) - now)
  }
  const again = () => {
    look = look.then(tell).catch((error: unknown) => {
      logger.warn({ err: error }, 'the seats could not be looked up')
      wait(againAfterMs)
    })
  }
  const unsubscribe = cluster.subscribe((message) => {
    // A seat was given or ended: another moment may be the next one.
    if (message.type === 'rightsChanged' && message.document === null) again()
  })
  again()
  return () => {
    stopped = true
    cancel()
    unsubscribe()
  }
}
