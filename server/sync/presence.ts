/**
 * Who is in a document and where their caret stands. Of what a client says only its caret is passed on; who it is, the server says:
 * it stamps the user into every state, gives one client id to a connection, and numbers the states with clocks of its own.
 * A client that says nothing reads unseen: it is in nobody's list.
 */
import { actorColor, actorName, type Actor } from '#shared/domain/actors.ts'
import { ownPresence, type OwnPresence } from '#shared/protocol/presence.ts'
import { awarenessFrame, type AwarenessState } from './frames.ts'
import type { Clock } from './types.ts'

/** Presence frames are gathered for so long: carets may lag, keystrokes may not. */
const gatherMs = 50
/** The stock provider gives a connection up after 30 s of silence and forgets a client it has not heard of for as long. */
const renewMs = 20_000
const maxStateLength = 4096

type Entry<Member> = { readonly member: Member; clock: number; json: string }

type Options<Member> = {
  readonly clock: Clock
  /** Those to tell. */
  readonly members: () => Iterable<Member>
  /** Whether a client id can be that member's. */
  readonly mayUse: (member: Member, clientId: number) => boolean
  readonly send: (member: Member, frame: Uint8Array) => void
  /** Told when someone appeared or is gone. */
  readonly changed: () => void
}

/** The presence of one room. A frame goes to everyone some time after a change, and every 20 s in any case. */
export class Presence<Member> {
  readonly #options: Options<Member>
  readonly #entries = new Map<number, Entry<Member>>()
  readonly #clientIds = new Map<Member, number>()
  readonly #changed = new Set<number>()
  readonly #gone = new Map<number, AwarenessState>()
  #lastClock = 0
  #cancelGather: (() => void) | null = null
  #cancelRenew: () => void

  constructor(options: Options<Member>) {
    this.#options = options
    this.#cancelRenew = this.#renewLater()
  }

  /** Takes what a member says; what it says of others is ignored. Gives false if its state is not one that may be passed on. */
  receive(member: Member, actor: Actor, states: readonly AwarenessState[]): boolean {
    for (const { clientId, json } of states) {
      const isOwn = this.#clientIds.get(member) === clientId
      // The stock provider passes others' states on as it hears them; only a frame about itself alone says who a client is.
      if (!isOwn && states.length > 1) continue
      if (json.length > maxStateLength) return false
      const state = parseState(json)
      if (state === 'unreadable') return false
      if (!isOwn && (state === null || !this.#bind(member, clientId))) continue
      if (state === null) {
        this.#forget(clientId)
        continue
      }
      const { cursor } = state
      const stamped = JSON.stringify({ cursor, user: presenceUser(actor) })
      const known = this.#entries.get(clientId)
      if (known !== undefined && known.member === member && known.json === stamped) continue
      this.#gone.delete(clientId)
      this.#entries.set(clientId, { member, clock: this.#nextClock(), json: stamped })
      this.#announce(clientId)
      if (known?.member !== member) this.#options.changed()
    }
    return true
  }

  /** Whether others see that a member is here. */
  shows(member: Member): boolean {
    const clientId = this.#clientIds.get(member)
    return clientId !== undefined && this.#entries.get(clientId)?.member === member
  }

  /** Everyone's state but the member's own, as a frame; null if no one else has one. */
  frameFor(member: Member): Uint8Array | null {
    const own = this.#clientIds.get(member)
    const others = this.#statesOf([...this.#entries.keys()].filter((clientId) => clientId !== own))
    return others.length > 0 ? awarenessFrame(others) : null
  }

  remove(member: Member): void {
    const clientId = this.#clientIds.get(member)
    this.#clientIds.delete(member)
    if (clientId !== undefined && this.#entries.get(clientId)?.member === member) this.#forget(clientId)
  }

  stop(): void {
    this.#cancelGather?.()
    this.#cancelRenew()
  }

  /** Clients keep the highest clock they have seen, across restarts of the server too: a count from 0 would be ignored by them. */
  #nextClock(): number {
    this.#lastClock = Math.max(this.#lastClock + 1, this.#options.clock.now())
    return this.#lastClock
  }

  #statesOf(clients: readonly number[]): AwarenessState[] {
    return clients.flatMap((clientId) => {
      const entry = this.#entries.get(clientId)
      return entry ? { clientId, clock: entry.clock, json: entry.json } : (this.#gone.get(clientId) ?? [])
    })
  }

  #tell(clients: readonly number[], always: boolean): void {
    const { members, send } = this.#options
    const states = this.#statesOf(clients)
    // Built once for all who are not in it themselves: a client must never hear its own state back, or it would undo its caret.
    const common = awarenessFrame(states)
    for (const member of members()) {
      const own = this.#clientIds.get(member)
      const others = own === undefined ? states : states.filter(({ clientId }) => clientId !== own)
      if (others.length > 0 || always) {
        send(member, others.length === states.length ? common : awarenessFrame(others))
      }
    }
  }

  #flush(): void {
    this.#cancelGather = null
    const clients = [...this.#changed]
    this.#changed.clear()
    this.#tell(clients, false)
    this.#gone.clear()
  }

  #announce(clientId: number): void {
    this.#changed.add(clientId)
    this.#cancelGather ??= this.#options.clock.after(gatherMs, () => this.#flush())
  }

  #forget(clientId: number): void {
    if (!this.#entries.delete(clientId)) return
    this.#gone.set(clientId, { clientId, clock: this.#nextClock(), json: 'null' })
    this.#announce(clientId)
    this.#options.changed()
  }

  #bind(member: Member, clientId: number): boolean {
    const bound = this.#clientIds.get(member)
    if (bound !== undefined) return bound === clientId
    if (!this.#options.mayUse(member, clientId)) return false
    // The same user's earlier connection may linger after the network dropped it: the newer one speaks for the client.
    const earlier = this.#entries.get(clientId)
    if (earlier !== undefined) this.#clientIds.delete(earlier.member)
    this.#clientIds.set(member, clientId)
    return true
  }

  #renewLater(): () => void {
    return this.#options.clock.after(renewMs, () => {
      for (const entry of this.#entries.values()) entry.clock = this.#nextClock()
      this.#tell([...this.#entries.keys()], true)
      this.#cancelRenew = this.#renewLater()
    })
  }
}

/** The server's word on who someone is, as every client's presence carries it. */
const presenceUser = (actor: Actor) => ({
  id: actor.id,
  name: actorName(actor).en,
  person: actor.name,
  role: actor.role,
  party: actor.party,
  group: actor.group,
  color: actorColor(actor),
})

function parseState(json: string): OwnPresence | null | 'unreadable' {
  let state: unknown
  try {
    state = JSON.parse(json)
  } catch {
    return 'unreadable'
  }
  if (state === null) return null
  const { success, data } = ownPresence.safeParse(state)
  return success ? data : 'unreadable'
}
