/** What the bench runs: the servers, the scenarios with their sizes, and what Alternat must reach in the same run. */

/**
 * In the order of the report. The relays only forward frames, one on ws, the other on uWebSockets in C++: the limit of one send for
 * each update, on our own transport and on the fastest there is.
 */
export const servers = {
  relay: { title: 'relay', keeps: false, relays: true },
  relayUws: { title: 'relay on uWebSockets', keeps: false, relays: true },
  yWebsocket: { title: 'y-websocket', keeps: false, relays: false },
  yWebsocketLevel: { title: 'y-websocket + LevelDB', keeps: true, relays: false },
  hocuspocus: { title: 'Hocuspocus', keeps: false, relays: false },
  hocuspocusSqlite: { title: 'Hocuspocus + SQLite', keeps: true, relays: false },
  alternat: { title: 'Alternat', keeps: true, relays: false },
} as const

export type ServerName = keyof typeof servers
export const isServerName = (name: string): name is ServerName => Object.hasOwn(servers, name)
export const serverNames = Object.keys(servers).filter(isServerName)

export const sizes = {
  full: {
    saturation: { readers: 50, writers: 2, firstPerSecond: 1000, stepSeconds: 1.5, refinements: 2, limitMs: 250 },
    fanout200: { readers: 200, writers: 2, perSecond: 50, seconds: 6 },
    fanout10: { readers: 10, writers: 2, perSecond: 50, seconds: 6 },
    documents500: { documents: 500, perSecond: 1, seconds: 8 },
    trace: { updates: 26_078 },
    idle2000: { connections: 2000, documents: 1000 },
    stored260k: { edits: 260_000, quietSeconds: 60 },
    kill: { perSecond: [20, 3000], kills: 4 },
    growth: { readers: 25, documents: 60, edits: 32_500, seconds: 5 },
    presence200: { readers: 200, writers: 2, perSecond: 10, seconds: 10 },
    joins: { joiners: 150, bytes: 4_000_000, seconds: 10 },
    work: { clauses: 8000 },
  },
  quick: {
    saturation: { readers: 50, writers: 2, firstPerSecond: 1000, stepSeconds: 0.6, refinements: 1, limitMs: 250 },
    fanout200: { readers: 200, writers: 2, perSecond: 50, seconds: 5 },
    fanout10: { readers: 10, writers: 2, perSecond: 50, seconds: 5 },
    documents500: { documents: 200, perSecond: 1, seconds: 3 },
    trace: { updates: 16000 },
    idle2000: { connections: 400, documents: 200 },
    stored260k: { edits: 26_000, quietSeconds: 15 },
    kill: { perSecond: [20, 3000], kills: 1 },
    growth: { readers: 10, documents: 20, edits: 4000, seconds: 2 },
    presence200: { readers: 100, writers: 2, perSecond: 10, seconds: 4 },
    joins: { joiners: 40, bytes: 1_000_000, seconds: 3 },
    work: { clauses: 2000 },
  },
} as const

export type Sizes = (typeof sizes)[keyof typeof sizes]
export type ScenarioName = keyof Sizes

/** `most` or `least` of Alternat's own figure; `of` compares it with other servers' medians in the same run. */
export type Target = {
  readonly metric: string
  readonly bound: 'most' | 'least'
  readonly value: number
  readonly of?: { readonly servers: readonly ServerName[]; readonly metric: string }
}

type Scenario = {
  readonly title: string
  readonly rounds: { readonly full: number; readonly quick: number }
  /** Only servers that keep documents on disk take part, or those that have them at all, or only Alternat. */
  readonly only?: 'keeping' | 'syncing' | 'alternat'
  readonly metrics: { readonly [metric: string]: string }
  readonly targets: readonly Target[]
}

const others: readonly ServerName[] = ['relay', 'yWebsocket', 'yWebsocketLevel', 'hocuspocus', 'hocuspocusSqlite']
/** Where a bound in ms or MiB was another server's figure on the machine it was measured on, that server's figure here counts too. */
const atMostAs = (server: ServerName, metric: string): Target => ({
  metric,
  bound: 'most',
  value: 1,
  of: { servers: [server], metric },
})

const loopDelay: Target = { metric: 'loopDelayP99Ms', bound: 'most', value: 20 }

export const scenarios: { readonly [S in ScenarioName]: Scenario } = {
  saturation: {
    title: 'Saturation: 50 readers, 2 writers, the highest rate at p99 <= 250 ms',
    rounds: { full: 2, quick: 1 },
    metrics: {
      deliveriesPerSecond: 'deliveries/s',
      writesPerSecond: 'writes/s',
      p99Ms: 'p99 ms',
      cpuMsPer1000: 'CPU ms per 1,000',
      beyondPerSecond: 'deliveries/s beyond the limit',
    },
    targets: [
      {
        metric: 'deliveriesPerSecond',
        bound: 'least',
        value: 5,
        of: { servers: others, metric: 'deliveriesPerSecond' },
      },
    ],
  },
  fanout200: {
    title: 'Fan-out: 200 readers, 2 writers',
    rounds: { full: 2, quick: 1 },
    metrics: {
      cpuMsPer1000: 'CPU ms per 1,000',
      p50Ms: 'p50 ms',
      p99Ms: 'p99 ms',
      loopDelayP99Ms: 'loop delay p99 ms',
    },
    targets: [
      { metric: 'cpuMsPer1000', bound: 'most', value: 0.9, of: { servers: ['relay'], metric: 'cpuMsPer1000' } },
      { metric: 'p99Ms', bound: 'most', value: 30 },
      loopDelay,
    ],
  },
  fanout10: {
    title: 'Fan-out: 10 readers, 2 writers',
    rounds: { full: 2, quick: 1 },
    metrics: {
      p50Ms: 'p50 ms',
      p99Ms: 'p99 ms',
      cpuMsPer1000: 'CPU ms per 1,000',
      loopDelayP99Ms: 'loop delay p99 ms',
    },
    targets: [
      { metric: 'p50Ms', bound: 'most', value: 5 },
      { metric: 'p99Ms', bound: 'most', value: 20 },
      { metric: 'cpuMsPer1000', bound: 'most', value: 103 },
      atMostAs('hocuspocusSqlite', 'cpuMsPer1000'),
      loopDelay,
    ],
  },
  documents500: {
    title: 'Many documents: 2 clients each, 1 edit a second',
    rounds: { full: 2, quick: 1 },
    metrics: {
      p99Ms: 'p99 ms',
      cpuMsPer1000: 'CPU ms per 1,000',
      rssMiB: 'RSS MiB',
      loopDelayP99Ms: 'loop delay p99 ms',
    },
    targets: [
      { metric: 'p99Ms', bound: 'most', value: 20 },
      { metric: 'cpuMsPer1000', bound: 'most', value: 200 },
      { metric: 'rssMiB', bound: 'most', value: 120 },
      atMostAs('hocuspocusSqlite', 'rssMiB'),
      loopDelay,
    ],
  },
  trace: {
    title: 'Two authors live, each waiting for what it answers',
    rounds: { full: 2, quick: 1 },
    metrics: {
      updatesPerSecond: 'updates/s',
      cpuMsPer1000: 'CPU ms per 1,000',
      wrongCharacters: 'characters wrong',
      loopDelayP99Ms: 'loop delay p99 ms',
    },
    targets: [
      {
        metric: 'updatesPerSecond',
        bound: 'least',
        value: 1,
        of: { servers: ['yWebsocketLevel'], metric: 'updatesPerSecond' },
      },
      { metric: 'cpuMsPer1000', bound: 'most', value: 80 },
      atMostAs('yWebsocketLevel', 'cpuMsPer1000'),
      { metric: 'wrongCharacters', bound: 'most', value: 0 },
      loopDelay,
    ],
  },
  idle2000: {
    title: 'Idle connections, two to a document',
    rounds: { full: 2, quick: 1 },
    metrics: {
      kibPerConnection: 'KiB per connection',
      cpuMsPerConnect: 'CPU ms per connect',
      coldCpuMsPerConnect: 'the same just after the start',
      rssMiB: 'RSS MiB',
    },
    targets: [
      { metric: 'kibPerConnection', bound: 'most', value: 20.4 },
      atMostAs('yWebsocket', 'kibPerConnection'),
      { metric: 'cpuMsPerConnect', bound: 'most', value: 0.87 },
      atMostAs('yWebsocketLevel', 'cpuMsPerConnect'),
    ],
  },
  stored260k: {
    title: 'Single-character edits as fast as the server takes them, then a cold open',
    rounds: { full: 1, quick: 1 },
    only: 'keeping',
    metrics: {
      editsPerSecond: 'edits/s',
      backlogSeconds: 's of backlog',
      firstOpenMs: 'first open ms',
      nextOpenMs: 'next open ms',
      copiesSent: 'copies sent',
      openPerBareYjs: 'first open / bare Yjs',
      othersBlockedMs: 'another room waited, at most ms',
      rssPeakMiB: 'RSS peak MiB',
      lostEdits: 'edits lost',
      wrongCharacters: 'characters wrong',
    },
    targets: [
      { metric: 'editsPerSecond', bound: 'least', value: 50_000 },
      { metric: 'backlogSeconds', bound: 'most', value: 1 },
      { metric: 'firstOpenMs', bound: 'most', value: 120 },
      { metric: 'nextOpenMs', bound: 'most', value: 120 },
      { metric: 'copiesSent', bound: 'most', value: 1.05 },
      { metric: 'openPerBareYjs', bound: 'most', value: 1.3 },
      { metric: 'othersBlockedMs', bound: 'most', value: 50 },
      { metric: 'lostEdits', bound: 'most', value: 0 },
      { metric: 'wrongCharacters', bound: 'most', value: 0 },
      loopDelay,
    ],
  },
  kill: {
    title: 'SIGKILL while two clients type: lost of what was delivered',
    rounds: { full: 1, quick: 1 },
    only: 'keeping',
    metrics: {
      lostAt20: 'lost at 20/s',
      deliveredAt20: 'delivered at 20/s',
      lostAt3000: 'lost at 3,000/s',
      deliveredAt3000: 'delivered at 3,000/s',
      lostAcknowledged: 'lost of acknowledged',
    },
    targets: [
      { metric: 'lostAt20', bound: 'most', value: 0 },
      { metric: 'lostAt3000', bound: 'most', value: 0 },
      { metric: 'lostAcknowledged', bound: 'most', value: 0 },
    ],
  },
  growth: {
    title: 'Growth: CPU ms per 1,000 deliveries with 1, 2, 4 and 8 times as much',
    rounds: { full: 1, quick: 1 },
    only: 'alternat',
    metrics: Object.fromEntries(
      ['clients', 'documents', 'length'].flatMap((axis) => [
        ...[1, 2, 4, 8].map((factor) => [`${axis}${factor}x`, `${axis} x ${factor}`]),
        [`${axis}Growth`, `${axis}, 8 x / 1 x`],
      ]),
    ),
    targets: ['clientsGrowth', 'documentsGrowth', 'lengthGrowth'].map((metric) => ({
      metric,
      bound: 'most',
      value: 1,
    })),
  },
  presence200: {
    title: 'Presence: 200 readers, each with a caret that moves once a second, beside 2 writers',
    rounds: { full: 1, quick: 1 },
    metrics: {
      p50Ms: 'edits p50 ms',
      p99Ms: 'edits p99 ms',
      caretP50Ms: 'carets p50 ms',
      caretP99Ms: 'carets p99 ms',
      cpuMsPerSecond: 'CPU ms a second',
      loopDelayP99Ms: 'loop delay p99 ms',
    },
    targets: [
      { metric: 'p99Ms', bound: 'most', value: 30 },
      { metric: 'caretP99Ms', bound: 'most', value: 200 },
      atMostAs('yWebsocket', 'cpuMsPerSecond'),
      loopDelay,
    ],
  },
  joins: {
    title: 'A meeting begins: 150 open a document of 4 MB within 10 s',
    rounds: { full: 1, quick: 1 },
    only: 'syncing',
    metrics: {
      lastHasAllMs: 'until the last has all, ms',
      joinP50Ms: 'to open, p50 ms',
      joinP99Ms: 'to open, p99 ms',
      othersBlockedMs: 'another room waited, at most ms',
      cpuMsPerJoin: 'CPU ms per opening',
      rssPeakMiB: 'RSS peak MiB',
    },
    targets: [
      { metric: 'othersBlockedMs', bound: 'most', value: 50 },
      atMostAs('yWebsocketLevel', 'joinP99Ms'),
      atMostAs('yWebsocketLevel', 'cpuMsPerJoin'),
    ],
  },
  work: {
    title: 'Snapshot, comparison, export and restore of a text of 8,000 clauses: what another room waits',
    rounds: { full: 1, quick: 1 },
    only: 'alternat',
    metrics: {
      othersBlockedMs: 'another room waited, at most ms',
      snapshotMs: 'snapshot ms',
      compareMs: 'comparison ms',
      exportMs: 'export ms',
      restoreMs: 'restore ms',
    },
    targets: [{ metric: 'othersBlockedMs', bound: 'most', value: 50 }],
  },
}

export const isScenarioName = (name: string): name is ScenarioName => Object.hasOwn(scenarios, name)
export const scenarioNames = Object.keys(scenarios).filter(isScenarioName)

/** The servers have one core to themselves, whoever makes the load the other. */
export const serverCore = 0
export const loadCore = 1
/** A single run that takes longer hangs. */
export const runTimeoutMs = 420_000
