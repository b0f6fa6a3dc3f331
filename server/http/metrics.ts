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
    help: 'Time to answer a request.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  })
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
    answered: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
    contentType: register.contentType,
    exposition: () => register.metrics(),
  }
}
