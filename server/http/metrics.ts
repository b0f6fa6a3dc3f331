/** What the operator sees of the server in numbers, in Prometheus form. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { EngineMetrics, StorageStep } from '../sync/types.ts'

/** How long the sampler of the event-loop delay sleeps, which its figures include. Each time it wakes a server that may have nothing to do. */
export const loopDelaySampleMs = 50

export type ServerMetrics = EngineMetrics & {
  /** An answered request: the pattern of its route, never the path itself. */
  answered(method: string, route: string, status: number, seconds: number): void
  streams(delta: 1 | -1): void
  readonly contentType: string
  exposition(): Promise<string>
}

/**
 * What may be about a delegation's own thread. Operators are of no delegation: a method, a route, a status or how long writing took
 * would tell them that such a thread exists, so that all of it is one number, of which reading is the most part.
 */
const isPrivate = (route: string) => /^\/api\/(threads\/|documents\/:id\/(threads|people|read)$)/.test(route)
const slow = 1
const outcomes = ['answered', 'slow', 'failed'] as const

const storageSteps: readonly StorageStep[] = ['load', 'commit', 'checkpoint', 'overdue']

/** Metrics with a registry of their own, so that several servers can live in one process. */
export function createMetrics(): ServerMetrics {
  const register = new Registry()
  const registers = [register]
  // Event-loop delay, memory, garbage collection, handles.
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: loopDelaySampleMs })
  const rooms = new Gauge({ name: 'alternat_open_rooms', help: 'Documents open in this process.', registers })
  const sessions = new Gauge({ name: 'alternat_sync_sessions', help: 'Live connections to documents.', registers })
  const streams = new Gauge({ name: 'alternat_event_streams', help: 'Open event streams.', registers })
  const commits = new Histogram({
    name: 'alternat_commit_duration_seconds',
    help: 'From handing a batch to the store until it is on disk.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  const batches = new Histogram({
    name: 'alternat_commit_batch_rows',
    help: 'Rows committed together.',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
    registers,
  })
  // Counted by hand and handed over when asked for: a frame costs less than the counter of a library.
  const sent = { frames: 0, bytes: 0 }
  const tally = (name: string, help: string, key: keyof typeof sent) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.inc(sent[key])
        sent[key] = 0
      },
    })
  tally('alternat_sent_frames_total', 'Frames sent to connections.', 'frames')
  tally('alternat_sent_bytes_total', 'Bytes sent to connections.', 'bytes')
  const refusals = new Counter({
    name: 'alternat_refusals_total',
    help: 'Connections and updates that were refused.',
    labelNames: ['reason'] as const,
    registers,
  })
  const failures = new Counter({
    name: 'alternat_storage_failures_total',
    help: 'Attempts to load, commit or checkpoint a document that failed, and commits that took longer than two seconds.',
    labelNames: ['step'] as const,
    registers,
  })
  // An alarm on an increase needs a value to start from.
  for (const step of storageSteps) failures.inc({ step }, 0)
  const unsaved = new Gauge({
    name: 'alternat_unsaved_documents',
    help: 'Documents with edits that wait in memory because the store fails.',
    registers,
  })
  const requests = new Histogram({
    name: 'alternat_http_request_duration_seconds',
    help: 'Time to answer a request that is not about threads.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  })
  const conversation = new Counter({
    name: 'alternat_conversation_requests_total',
    help: 'Requests about threads, and about what someone has read: answered, answered after more than a second, failed.',
    labelNames: ['outcome'] as const,
    registers,
  })
  for (const outcome of outcomes) conversation.inc({ outcome }, 0)
  return {
    rooms: (delta) => rooms.inc(delta),
    sessions: (delta) => sessions.inc(delta),
    streams: (delta) => streams.inc(delta),
    committed(seconds, batchRows) {
      commits.observe(seconds)
      batches.observe(batchRows)
    },
    sent(sentFrames, sentBytes) {
      sent.frames += sentFrames
      sent.bytes += sentBytes
    },
    refused: (reason) => refusals.inc({ reason }),
    storageFailed: (step) => failures.inc({ step }),
    unsaved: (delta) => unsaved.inc(delta),
    answered(method, route, status, seconds) {
      if (!isPrivate(route)) return requests.observe({ method, route, status }, seconds)
      conversation.inc({ outcome: status >= 500 ? 'failed' : seconds > slow ? 'slow' : 'answered' })
    },
    contentType: register.contentType,
    exposition: () => register.metrics(),
  }
}
