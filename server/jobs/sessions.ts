/** Ends what outlives its session: live connections at the moment of expiry, and expired rows once in a while. */
import type { Logger } from 'pino'
import type { Cluster } from '../cluster/cluster.ts'
import type { Storage } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'

export type Expiry = {
  /** Has `signedOut` published when the session expires; returns how to call it off once the connection is gone. */
  watch(tokenHash: string, expiresAt: number): () => void
  stop(): void
}

const sweepEvery = 60 * 60 * 1000

/** Starts the sweeping of expired sessions and the watch over live ones. */
export function startSessionExpiry(options: {
  storage: Storage
  cluster: Cluster
  clock: Clock
  logger: Logger
}): Expiry {
  const { storage, cluster, clock, logger } = options
  const watched = new Map<string, { connections: number; cancel: () => void }>()

  let cancelSweep = () => {}
  const sweep = () => {
    storage.sessions
      .deleteExpired(clock.now())
      .catch((error: unknown) => logger.warn({ err: error }, 'expired sessions could not be deleted'))
    cancelSweep = clock.after(sweepEvery, sweep)
  }
  sweep()

  return {
    watch(tokenHash, expiresAt) {
      const known = watched.get(tokenHash) ?? {
        connections: 0,
        cancel: clock.after(Math.max(0, expiresAt - clock.now()), () =>
          cluster.publish({ type: 'signedOut', tokenHash }),
        ),
      }
      known.connections += 1
      watched.set(tokenHash, known)
      let gone = false
      return () => {
        if (gone) return
        gone = true
        known.connections -= 1
        if (known.connections > 0) return
        known.cancel()
        watched.delete(tokenHash)
      }
    },
    stop() {
      cancelSweep()
      for (const { cancel } of watched.values()) cancel()
      watched.clear()
    },
  }
}
