/** All open documents of this node: one room each, opened when first needed and put away when no one needs it. */
import { closeCode } from '#shared/protocol/messages.ts'
import { StorageError } from '../storage/storage.ts'
import { createCheckpointSlots } from './checkpoints.ts'
import { createCommitter } from './committer.ts'
import type { RoomOptions } from './room-options.ts'
import { Room } from './room.ts'
import type { EngineOptions, Rooms } from './types.ts'
import { installYjsGuards } from './yjs-guards.ts'

/** How long a document stays in memory after the last one left. */
const defaultIdleMs = 30_000
/** Who is kept out of a document tries again every few seconds: after so long, nobody does any more. */
const unreadForMs = 30_000

/** The sync engine over a store. See `Rooms` for what it promises. */
export function createRooms(options: EngineOptions & { readonly idleMs?: number }): Rooms {
  const { store, cluster, clock, logger, metrics, idleMs = defaultIdleMs } = options
  installYjsGuards()
  const rooms = new Map<string, Room>()
  /** When a document could not be loaded, for each that has not been since. */
  const unread = new Map<string, number>()
  const committer = createCommitter(store, clock, {
    committed: (rows, seconds) => metrics.committed(seconds, rows),
    overdue(afterMs) {
      logger.error({ afterMs }, 'The store takes long over a commit: nothing is saved until it is done')
      metrics.storageFailed('overdue')
    },
    caughtUp: (seconds) => logger.info({ seconds }, 'The commit that took long is over'),
  })
  const checkpointSlots = createCheckpointSlots(clock)
  let closing = false
  // One object for all rooms: copies would each be a hash table of its own to V8, looked up the slow way at every edit.
  const shared: RoomOptions<Room> = {
    ...options,
    committer,
    checkpointSlots,
    idleMs,
    loaded(document, error) {
      if (error === null) return void unread.delete(document)
      unread.set(document, clock.elapsed())
      logger.error({ err: error, document }, 'The document could not be loaded')
      metrics.refused('loadFailed')
    },
    closed(document, room) {
      if (rooms.get(document) === room) rooms.delete(document)
    },
  }

  const open = (document: string): Room => {
    const known = rooms.get(document)
    if (known !== undefined) return known
    const room = new Room(document, shared)
    // In the map before it has loaded: whoever comes meanwhile finds this one, so that a document never lives twice.
    rooms.set(document, room)
    return room
  }

  const unsubscribe = cluster.subscribe((message) => {
    if (message.type === 'signedOut') {
      const { tokenHash } = message
      for (const room of rooms.values()) {
        room.revokeAll((visitor) => visitor.tokenHash === tokenHash, closeCode.unauthenticated, 'You have signed out.')
      }
    }
    if (message.type === 'documentDeleted') {
      const room = rooms.get(message.document)
      room?.revokeAll(() => true, closeCode.notFound, 'This document was deleted.')
      // What the store did not take has nowhere to go.
      room?.close(true).catch(() => undefined)
    }
    if (message.type === 'rightsChanged') {
      const { user, document } = message
      for (const [id, room] of rooms) {
        if (document === null || document === id) room.reauthorize(({ actor }) => user === null || actor.user === user)
      }
    }
  })

  return {
    join(document, visitor, channel, authorize) {
      if (closing) {
        channel.close(closeCode.unavailable, 'The server is restarting.')
        return { receive() {}, leave() {} }
      }
      return open(document).join(visitor, channel, authorize)
    },
    read: (document, view) => (closing ? Promise.reject(stopping()) : open(document).read(view)),
    glance: (document, view) => rooms.get(document)?.glance(view) ?? null,
    edit: (document, author, change) => (closing ? Promise.reject(stopping()) : open(document).edit(author, change)),
    command: (document, author, decide) =>
      closing ? Promise.reject(stopping()) : open(document).command(author, decide),
    present: () =>
      [...rooms].flatMap(([document, room]) => [...room.present()].map((visit) => ({ document, ...visit }))),
    get trouble() {
      if (committer.overdue || [...rooms.values()].some((room) => !room.healthy)) return 'unsaved'
      const since = clock.elapsed() - unreadForMs
      return [...unread.values()].some((at) => at > since) ? 'unread' : null
    },
    async close() {
      closing = true
      unsubscribe()
      // One document that cannot be saved must not keep the others from it.
      const endings = await Promise.allSettled([...rooms.values()].map((room) => room.close()))
      for (const ending of endings) if (ending.status === 'rejected') throw ending.reason
    },
  }
}

const stopping = () => new StorageError('The server is stopping')
