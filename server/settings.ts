/** What can be set from outside, checked once at the start. */
import { z } from 'zod'
import { isLoopback, isNetwork } from './http/callers.ts'
import { defaultLimits, type ConnectionLimits } from './http/gate.ts'
import { defaultQuotas, type Quotas } from './http/quotas.ts'

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const Limit = z.coerce.number().int().min(1).max(1_000_000)

const Environment = z.object({
  HOST: z.string().trim().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  DATA_DIR: z.string().trim().min(1).default('./data'),
  LOG_LEVEL: z.enum(logLevels).default('info'),
  DEMO: z.enum(['0', '1', 'true', 'false']).optional(),
  INITIATIVE: z.string().optional(),
  DATABASE_URL: z.string().optional(),
  REDIS_URL: z.string().optional(),
  TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((list) => list.split(',').map((entry) => entry.trim()))
    .transform((entries) => entries.filter((entry) => entry !== ''))
    .refine((entries) => entries.every(isNetwork)),
  METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  METRICS_HOST: z.string().trim().min(1).default('127.0.0.1'),
  METRICS_TOKEN: z
    .string()
    .regex(/^[!-~]+$/)
    .optional(),
  CONNECTIONS_PER_USER: Limit.default(defaultLimits.perUser),
  CONNECTIONS_PER_ADDRESS: Limit.default(defaultLimits.perAddress),
  DOCUMENTS_PER_GROUP: Limit.default(defaultQuotas.documentsPerGroup),
  DOCUMENTS_PER_USER: Limit.default(defaultQuotas.documentsPerUser),
})

export type Settings = {
  readonly host: string
  readonly port: number
  readonly dataDirectory: string
  /** A definition's file, for a store that has none yet; null: the shipped one. */
  readonly initiative: string | null
  readonly logLevel: (typeof logLevels)[number]
  /** Whether this is a demonstration, in which anyone may take any seat; otherwise there are accounts. */
  readonly demo: boolean
  readonly trustedProxies: readonly string[]
  readonly limits: ConnectionLimits
  readonly quotas: Quotas
  /** Where the operator's numbers have a listener of their own, if they have one. */
  readonly metricsAt: { readonly host: string; readonly port: number } | null
  readonly metricsToken: string | null
}

/** What each setting must be, for the sentence that says that it is not. */
const expected: Record<string, string> = {
  HOST: 'an address to listen on, such as 127.0.0.1',
  PORT: 'a port number from 0 to 65535',
  DATA_DIR: 'the path of a folder',
  LOG_LEVEL: `one of ${logLevels.join(', ')}`,
  DEMO: '1 or 0',
  TRUSTED_PROXIES: 'addresses or networks with commas between them, such as 127.0.0.1,10.0.0.0/8',
  METRICS_PORT: 'a port number from 0 to 65535',
  METRICS_HOST: 'an address to listen on, such as 127.0.0.1',
  METRICS_TOKEN: 'a token of letters, digits and signs without spaces',
  CONNECTIONS_PER_USER: 'a number from 1 to 1000000',
  CONNECTIONS_PER_ADDRESS: 'a number from 1 to 1000000',
  DOCUMENTS_PER_GROUP: 'a number from 1 to 1000000',
  DOCUMENTS_PER_USER: 'a number from 1 to 1000000',
}

/** Reads the settings, or says in one sentence what is wrong with them. Empty values count as unset. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Settings | { problem: string } {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const result = Environment.safeParse(given)
  if (!result.success) {
    const name = String(result.error.issues[0]?.path[0])
    const secret = name === 'METRICS_TOKEN'
    const shown = secret ? '' : `, not “${given[name] ?? ''}”`
    return { problem: `${name} must be ${expected[name] ?? 'set differently'}${shown}.` }
  }
  const { HOST, PORT, DATA_DIR, LOG_LEVEL, DEMO, DATABASE_URL, REDIS_URL } = result.data
  const { METRICS_PORT, METRICS_HOST, METRICS_TOKEN } = result.data
  if (DATABASE_URL !== undefined) {
    return { problem: 'DATABASE_URL is set, but this version keeps its store in SQLite in DATA_DIR only: unset it.' }
  }
  if (REDIS_URL !== undefined) {
    return { problem: 'REDIS_URL is set, but this version runs as a single node only: unset it.' }
  }
  // Where others can reach the server, nobody is let in without an account unless that is ordered.
  const demo = DEMO === undefined ? isLoopback(HOST) : DEMO === '1' || DEMO === 'true'
  return {
    host: HOST,
    port: PORT,
    dataDirectory: DATA_DIR,
    initiative: result.data.INITIATIVE ?? null,
    logLevel: LOG_LEVEL,
    demo,
    trustedProxies: result.data.TRUSTED_PROXIES,
    limits: { perUser: result.data.CONNECTIONS_PER_USER, perAddress: result.data.CONNECTIONS_PER_ADDRESS },
    quotas: { documentsPerGroup: result.data.DOCUMENTS_PER_GROUP, documentsPerUser: result.data.DOCUMENTS_PER_USER },
    metricsAt: METRICS_PORT === undefined ? null : { host: METRICS_HOST, port: METRICS_PORT },
    metricsToken: METRICS_TOKEN ?? null,
  }
}
