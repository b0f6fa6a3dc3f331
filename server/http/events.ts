/**
 * What happens, told to those who may know it while it happens. Every event passes `can` for the person at the other end of each
 * stream, at the moment it is sent: nobody learns of a thread, or that it exists, who could not read it.
 */
import { streamSSE } from 'hono/streaming'
import type { Logger } from 'pino'
import { eventsPath, EventsQuery, ServerEvent } from '#shared/api/events.ts'
import type { Actor } from '#shared/domain/actors.ts'
import type { Party } from '#shared/domain/initiative.ts'
import { actorIn, can, circleOf, type DocumentSubject } from '#shared/domain/permissions.ts'
import type { Cluster, ClusterMessage } from '../cluster/cluster.ts'
import { createInOrder } from '../lib/in-order.ts'
import type { Expiry } from '../jobs/sessions.ts'
import type { DocumentRecord, Storage } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'
import type { App, SignedIn } from './context.ts'
import { refusal } from './endpoints.ts'
import { gatherEdits } from './gather.ts'
import { instant } from './instant.ts'
import type { People } from './people.ts'
import { HttpProblem, notSignedIn } from './problems.ts'
import type { Sessions } from './session.ts'
import { within } from './within.ts'

const heartbeat = 20_000
const presencePause = 1000
/** A reader this far behind has stopped reading; it reconnects and fetches anew. */
const maxQueued = 500
const farewell = 1000
const maxStreamsPerSession = 30
/** Rights that end, end within two seconds, also while the store does not answer. */
const reauthorizeWithin = 1500

/** `ready`: its rights were looked up when it was there already, so that no change of them can have been missed. */
type Listener = { signedIn: SignedIn; ready: boolean; send(event: ServerEvent): void; end(): void }

export type Events = {
  /** Everyone who has an event stream open. */
  online(): readonly Actor[]
  /** Tells what happens from now on: `ready` first, once it is certain that the session still stands. */
  listen(signedIn: SignedIn, send: (event: ServerEvent) => void, end: () => void): () => void
  stop(): void
}

type Options = {
  storage: Storage
  cluster: Cluster
  clock: Clock
  logger: Logger
  people: People
  sessions: Sessions
}

export function createEvents({ storage, cluster, clock, logger, people, sessions }: Options): Events {
  const listeners = new Set<Listener>()
  // One after the other: events arrive in the order in which things happened, also where one needs a look at the store. What one
  // party alone may hear of has a queue of its own, so that the others' events do not wait for it.
  const inOrder = createInOrder<Party | null>()
  let presenceDue: (() => void) | null = null

  /** `about`: the document that it is about, in which each listener has their seat; null if it is about none. */
  const tell = (event: ServerEvent, about: DocumentSubject | null, mayKnow: (actor: Actor) => boolean) => {
    for (const listener of listeners) {
      const { seats } = listener.signedIn
      if (listener.ready && mayKnow(about === null ? seats[0] : actorIn(seats, about))) listener.send(event)
    }
  }

  async function tellOfDocument(
    id: string,
    event: (document: DocumentRecord) => [ServerEvent, (actor: Actor) => boolean],
  ) {
    const document = await storage.documents.get(id)
    if (document === null) return
    const [told, mayKnow] = event(document)
    tell(told, document, mayKnow)
  }

  const edits = gatherEdits(clock, (id, edit) =>
    enqueue(() =>
      tellOfDocument(id, (document) => [
        {
          type: 'document',
          document: id,
          group: document.group,
          change: 'edited',
          by: edit.users.map((user) => people.person(user)),
          at: instant(edit.at),
        },
        (actor) => can(actor, 'document.read', document),
      ]),
    ),
  )

  function enqueue(task: () => Promise<void>, party: Party | null = null) {
    inOrder(party, task).catch((error: unknown) => logger.warn({ err: error }, 'an event could not be told'))
  }

  /** Those who may hear of what concerns that party alone, or of what concerns all. */
  const mayListen = (party: Party | null) =>
    [...listeners].some(({ signedIn: { seats } }) => party === null || seats.some((seat) => seat.party === party))

  /**
   * The new rights come into force in the queue like the rest: what was told before the change is judged by those of before. A
   * stream whose rights are gone, or cannot be looked up in time, ends at once; its page opens another one.
   */
  function reauthorize(listener: Listener) {
    const reauthorized = within(clock, reauthorizeWithin, sessions.byHash(listener.signedIn.tokenHash)).then(
      (signedIn) => signedIn ?? endStream(listener),
      (error: unknown) => {
        logger.warn({ err: error }, 'the rights of an event stream could not be looked up')
        return endStream(listener)
      },
    )
    enqueue(async () => {
      const signedIn = await reauthorized
      if (signedIn === null) return
      listener.signedIn = signedIn
      if (listener.ready) return
      listener.ready = true
      listener.send({ type: 'ready' })
    })
  }

  function endStream(listener: Listener): null {
    leave(listener)
    listener.end()
    return null
  }

  function leave(listener: Listener): void {
    if (listeners.delete(listener)) cluster.publish({ type: 'presence' })
  }

  function receive(message: ClusterMessage): void {
    switch (message.type) {
      case 'committed':
        if (listeners.size > 0) edits.note(message)
        break
      case 'documentCreated':
      case 'documentUpdated':
        enqueue(() =>
          tellOfDocument(message.document, (document) => [
            {
              type: 'document',
              document: document.id,
              group: document.group,
              change: message.type === 'documentCreated' ? 'created' : 'updated',
              by: message.by === null ? [] : [people.person(message.by)],
              at: instant(message.at),
            },
            (actor) => can(actor, 'document.read', document),
          ]),
        )
        break
      case 'documentDeleted':
        enqueue(async () =>
          tell(
            {
              type: 'document',
              document: message.document,
              group: message.subject.group,
              change: 'deleted',
              by: [people.person(message.by)],
              at: instant(message.at),
            },
            message.subject,
            (actor) => can(actor, 'document.read', message.subject),
          ),
        )
        break
      case 'thread':
        if (!mayListen(message.party)) break
        enqueue(
          () =>
            tellOfDocument(message.document, (document) => [
              {
                type: 'thread',
                document: message.document,
                thread: message.thread,
                change: message.change,
                by: people.personOrNull(message.by),
                mentions: [...message.mentions],
              },
              (actor) => can(actor, 'thread.read', { ...circleOf(message), document, author: message.author }),
            ]),
          message.party,
        )
        break
      case 'snapshot':
        enqueue(() =>
          tellOfDocument(message.document, (document) => [
            {
              type: 'snapshot',
              document: message.document,
              snapshot: message.snapshot,
              label: message.label,
              by: people.person(message.by),
            },
            (actor) => can(actor, 'past.read', { ...message, document }),
          ]),
        )
        break
      case 'restored':
        enqueue(async () => {
          const told = (label: string | null) => ({
            type: 'restored' as const,
            document: message.document,
            label,
            after: message.after,
            by: people.person(message.by),
          })
          const mayName = (actor: Actor, document: DocumentRecord) =>
            can(actor, 'past.read', { document, at: message.taken, agreed: message.agreed })
          await tellOfDocument(message.document, (document) => [
            told(message.label),
            (actor) => can(actor, 'document.read', document) && mayName(actor, document),
          ])
          await tellOfDocument(message.document, (document) => [
            told(null),
            (actor) => can(actor, 'document.read', document) && !mayName(actor, document),
          ])
        })
        break
      case 'presence':
        presenceDue ??= clock.after(presencePause, () => {
          presenceDue = null
          // In the queue too: whoever is about to be ready must not miss it.
          enqueue(async () => tell({ type: 'presence' }, null, () => true))
        })
        break
      case 'initiativeChanged':
        enqueue(async () => tell({ type: 'initiative' }, null, () => true))
        break
      case 'signedOut':
        for (const listener of listeners) {
          if (listener.signedIn.tokenHash !== message.tokenHash) continue
          listener.send({ type: 'signedOut' })
          endStream(listener)
        }
        break
      case 'rightsChanged':
        if (message.document !== null) break
        for (const listener of listeners) {
          if (message.user === null || listener.signedIn.user.id === message.user) reauthorize(listener)
        }
        break
    }
  }

  const unsubscribe = cluster.subscribe(receive)
  return {
    online: () => [
      ...new Map([...listeners].flatMap(({ signedIn }) => signedIn.seats).map((seat) => [seat.id, seat])).values(),
    ],
    listen(signedIn, send, end) {
      const mine = [...listeners].filter((other) => other.signedIn.tokenHash === signedIn.tokenHash)
      if (mine.length >= maxStreamsPerSession) {
        throw new HttpProblem(429, 'This session has too many event streams open. Close some of its windows.', {
          headers: { 'Retry-After': '10' },
        })
      }
      const listener: Listener = { signedIn, ready: false, send, end }
      listeners.add(listener)
      reauthorize(listener)
      cluster.publish({ type: 'presence' })
      return () => leave(listener)
    },
    stop() {
      unsubscribe()
      edits.stop()
      presenceDue?.()
      for (const listener of listeners) listener.end()
    },
  }
}

/** `GET /api/events`. Each event is one unnamed server-sent event whose data is a `ServerEvent`. */
export function serveEvents(
  app: App,
  { events, expiry, clock }: { events: Events; expiry: Expiry; clock: Clock },
): void {
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: eventsPath,
    summary: 'What happens, as server-sent events: each one’s data is a JSON event, `ready` first.',
    tags: ['events'],
    request: { query: EventsQuery },
    responses: {
      200: { description: 'A stream of events.', content: { 'text/event-stream': { schema: ServerEvent } } },
      default: refusal,
    },
  })
  app.get(eventsPath, (c) => {
    const signedIn = c.get('signedIn')
    if (signedIn === null) throw notSignedIn()
    // A page from before a change of seats reconnects with the cookie of the new one: it must not hear what is not for its reader.
    const { user = signedIn.user.id } = EventsQuery.parse(c.req.query())
    if (user !== signedIn.user.id) throw new HttpProblem(409, 'Someone else is signed in by now.')
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' })
    const waiting: string[] = []
    let wake = () => {}
    let ended = false
    let abort = () => {}
    const push = (frame: string) => {
      waiting.push(frame)
      if (waiting.length > maxQueued) abort()
      wake()
    }
    const end = () => {
      if (ended) return
      ended = true
      wake()
      // What is on its way is the farewell; a reader that does not take it is cut off.
      clock.after(farewell, () => abort())
    }
    const stopListening = events.listen(signedIn, (event) => push(`data: ${JSON.stringify(event)}\n\n`), end)
    const stopWatching = expiry.watch(signedIn.tokenHash, signedIn.expiresAt)
    c.header('X-Accel-Buffering', 'no')
    return streamSSE(c, async (stream) => {
      abort = () => stream.abort()
      stream.onAbort(end)
      let stopBeating = () => {}
      const beat = () => {
        if (waiting.length === 0) push(': still here\n\n')
        stopBeating = clock.after(heartbeat, beat)
      }
      stopBeating = clock.after(heartbeat, beat)
      try {
        for (;;) {
          const frame = waiting.shift()
          if (frame !== undefined) await stream.write(frame)
          else if (ended) break
          else await new Promise<void>((resolve) => (wake = resolve))
          if (stream.aborted) break
        }
      } finally {
        stopBeating()
        stopListening()
        stopWatching()
      }
    })
  })
}
