/**
 * Who is in a document and where their caret stands. What a client says of itself is passed on; who it is, the server says: it
 * stamps the user into every state, gives one client id to a connection, and numbers the states with clocks of its own.
 */
import { actorColor, actorName, type Actor } from '#shared/domain/actors.ts'
import { awarenessFrame, type AwarenessState } from './frames.ts'
import type { Clock } from './types.ts'

/** Presence frames are gathered for so long: carets may lag, keystrokes may not. */
const gatherMs = 50
/** The stock provider gives a connection up after 30 s of silence and forgets a client it has not heard of for as long. */
const renewMs = 20_000
const maxStateLength = 4096
const maxDepth = 12

type Entry<Member> = { readonly member: Member; clock: number; json: string }

export type PresenceVerdict = 'accepted' | 'ignored' | 'refused'

export type Presence<Member> = {
  /** Takes what a member says. `refused`: its own state is not one that may be passed on. Others' states are ignored. */
  receive(member: Member, actor: Actor, states: readonly AwarenessState[]): PresenceVerdict
  /** The client id that a member speaks for, once it has said so. */
  clientIdOf(member: Member): number | undefined
  /** Everyone's state but the member's own, as a frame; null if no one else has one. */
  frameFor(member: Member): Uint8Array | null
  remove(member: Member): void
  stop(): void
}

/**
 * Keeps the presence of one room. `members` are those to tell; `mayUse` whether a client id can be that member's. A frame goes to
 * everyone some time after a change, and every 20 s in any case.
 */
export function createPresence<Member>(options: {
  clock: Clock
  members: () => Iterable<Member>
  mayUse: (member: Member, clientId: number) => boolean
  send: (member: Member, frame: Uint8Array) => void
}): Presence<Member> {
  const { clock, members, mayUse, send } = options
  const entries = new Map<number, Entry<Member>>()
  const clientIds = new Map<Member, number>()
  const changed = new Set<number>()
  const gone = new Map<number, AwarenessState>()
  let lastClock = 0
  let cancelGather: (() => void) | null = null

  // Clients keep the highest clock they have seen, across restarts of the server too: a count from 0 would be ignored by them.
  const nextClock = () => {
    lastClock = Math.max(lastClock + 1, clock.now())
    return lastClock
  }

  const stateOf = (clientId: number): AwarenessState | null => {
    const entry = entries.get(clientId)
    return entry ? { clientId, clock: entry.clock, json: entry.json } : (gone.get(clientId) ?? null)
  }

  const tell = (clients: readonly number[], always: boolean) => {
    const states = clients.map(stateOf).filter((state) => state !== null)
    // Built once for all who are not in it themselves: a client must never hear its own state back, or it would undo its caret.
    const common = awarenessFrame(states)
    for (const member of members()) {
      const own = clientIds.get(member)
      const others = own === undefined ? states : states.filter(({ clientId }) => clientId !== own)
      if (others.length === states.length ? states.length > 0 || always : others.length > 0 || always) {
        send(member, others.length === states.length ? common : awarenessFrame(others))
      }
    }
  }

  const flush = () => {
    cancelGather = null
    const clients = [...changed]
    changed.clear()
    tell(clients, false)
    gone.clear()
  }

  const announce = (clientId: number) => {
    changed.add(clientId)
    cancelGather ??= clock.after(gatherMs, flush)
  }

  const forget = (clientId: number) => {
    if (!entries.delete(clientId)) return
    gone.set(clientId, { clientId, clock: nextClock(), json: 'null' })
    announce(clientId)
  }

  const bind = (member: Member, clientId: number): boolean => {
    const bound = clientIds.get(member)
    if (bound !== undefined) return bound === clientId
    if (!mayUse(member, clientId)) return false
    // The same user's earlier connection may linger after the network dropped it: the newer one speaks for the client.
    const earlier = entries.get(clientId)
    if (earlier !== undefined) clientIds.delete(earlier.member)
    clientIds.set(member, clientId)
    return true
  }

  const renew = () => {
    for (const entry of entries.values()) entry.clock = nextClock()
    tell([...entries.keys()], true)
    cancelRenew = clock.after(renewMs, renew)
  }
  let cancelRenew = clock.after(renewMs, renew)

  return {
    receive(member, actor, states) {
      let verdict: PresenceVerdict = 'ignored'
      for (const { clientId, json } of states) {
        // The stock provider passes others' states on as it hears them; only a frame about itself alone says who a client is.
        if (clientIds.get(member) !== clientId && (states.length > 1 || !bind(member, clientId))) continue
        if (json.length > maxStateLength) return 'refused'
        const state = parseState(json)
        if (state === 'unreadable') return 'refused'
        verdict = 'accepted'
        if (state === null) {
          forget(clientId)
          continue
        }
        const stamped = JSON.stringify({ ...state, user: presenceUser(actor) })
        const known = entries.get(clientId)
        if (known !== undefined && known.member === member && known.json === stamped) continue
        gone.delete(clientId)
        entries.set(clientId, { member, clock: nextClock(), json: stamped })
        announce(clientId)
      }
      return verdict
    },
    clientIdOf: (member) => clientIds.get(member),
    frameFor(member) {
      const own = clientIds.get(member)
      const states = [...entries.keys()].filter((clientId) => clientId !== own).map(stateOf)
      const others = states.filter((state) => state !== null)
      return others.length > 0 ? awarenessFrame(others) : null
    },
    remove(member) {
      const clientId = clientIds.get(member)
      clientIds.delete(member)
      if (clientId !== undefined && entries.get(clientId)?.member === member) forget(clientId)
    },
    stop() {
      cancelGather?.()
      cancelRenew()
    },
  }
}

/** The server's word on who someone is, as every client's presence carries it. */
const presenceUser = (actor: Actor) => ({
  id: actor.id,
  name: actorName(actor).en,
  role: actor.role,
  party: actor.party,
  group: actor.group,
  color: actorColor(actor),
})

function parseState(json: string): Record<string, unknown> | null | 'unreadable' {
  let state: unknown
  try {
    state = JSON.parse(json)
  } catch {
    return 'unreadable'
  }
  if (state === null) return null
  if (!isRecord(state) || depthOf(state) > maxDepth) return 'unreadable'
  return state
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}
