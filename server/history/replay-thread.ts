/** The event loop's end of the thread that rebuilds texts: started when first needed, and anew if it has died. */
import { Worker } from 'node:worker_threads'
import type { JsonNode } from '#shared/editor/text.ts'
import type { ReplayReply, ReplayRequest } from './replay-worker.ts'

type Ask = ReplayRequest extends infer Request ? (Request extends { id: number } ? Omit<Request, 'id'> : never) : never

export type ReplayThread = {
  /** Done in the order of asking. Rejects if it cannot be done, or if the thread dies. */
  ask(request: Ask): Promise<JsonNode | null>
  /** Changes when the thread has died: what it held is gone. */
  readonly life: number
}

type Pending = { readonly resolve: (content: JsonNode | null) => void; readonly reject: (error: Error) => void }

export function createReplayThread(): ReplayThread {
  const pending = new Map<number, Pending>()
  let worker: Worker | null = null
  let [lastId, life] = [0, 1]

  const start = (): Worker => {
    const started = new Worker(workerUrl())
    started.on('message', (reply: ReplayReply) => {
      const waiting = pending.get(reply.id)
      pending.delete(reply.id)
      if ('failure' in reply) waiting?.reject(new Error(`The text could not be rebuilt: ${reply.failure}`))
      else waiting?.resolve(reply.content)
      if (pending.size === 0) started.unref()
    })
    const died = (error: Error) => {
      if (worker !== started) return
      worker = null
      life += 1
      for (const { reject } of pending.values()) reject(error)
      pending.clear()
    }
    started.on('error', died)
    started.on('exit', (code) => died(new Error(`The thread that rebuilds texts ended with code ${code}`)))
    return started
  }

  return {
    async ask(request) {
      worker ??= start()
      const running = worker
      lastId += 1
      const id = lastId
      return await new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject })
        // It keeps the process alive only while something is asked of it.
        running.ref()
        running.postMessage({ ...request, id } satisfies ReplayRequest)
      })
    },
    get life() {
      return life
    },
  }
}

/** In dist/ the thread lies beside us as JavaScript; the sources need a loader, which a thread does not inherit. */
const workerUrl = () =>
  new URL(import.meta.url.endsWith('.ts') ? './replay-worker-source.mjs' : './replay-worker.js', import.meta.url)
