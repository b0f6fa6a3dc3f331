/** The bus of a single node: subscribers in this process. */
import type { Cluster, ClusterMessage } from './cluster.ts'

/** A bus whose subscribers are called in the order of subscription, in the publisher's own turn. */
export function localCluster(): Cluster {
  const receivers = new Set<(message: ClusterMessage) => void>()
  return {
    publish(message) {
      for (const receive of receivers) receive(message)
    },
    subscribe(receive) {
      receivers.add(receive)
      return () => {
        receivers.delete(receive)
      }
    },
    async close() {
      receivers.clear()
    },
  }
}
