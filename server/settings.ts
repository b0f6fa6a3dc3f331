/** What can be set from outside, checked once at the start. */
import { z } from 'zod'
import { isLoopback, isNetwork } from './http/callers.ts'
import { defaultLimits, type ConnectionLimits } from './http/gate.ts'

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const Limit = z.coerce.number().int().min(1).max(1_000_000)

const Environment = z.object({
  HOST: z.string().trim().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  DATA_DIR: z.string().trim().min(1).default('./data'),
  LOG_LEVEL: z.enum(logLevels).default('info'),
  DEMO: z.enum(['0', '1', 'true', 'false']).optional(),
  DATABASE_URL: z.string().optional(),
  REDIS_URL: z.string().optional(),
  TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((list) => list.split(',').map((entry) => entry.trim()))
    .transform((entries) => entries.filter((entry) => entry !== ''))
    .refine((entries) => entries.every(isNetwork)),
  CONNECTIONS_PER_USER: Limit.default(defaultLimits.perUser),
  CONNECTIONS_PER_ADDRESS: Limit.default(defaultLimits.perAddress),
})

export type Settings = {
  readonly host: string
  readonly port: number
  readonly dataDirectory: string
  readonly logLevel: (typeof logLevels)[number]
  readonly demo: boolean
  readonly trustedProxies: readonly string[]
  readonly limits: ConnectionLimits
}

/** What each setting must be, for the sentence that says that it is not. */
const expected: Record<string, string> = {
  HOST: 'an address to listen on, such as 127.0.0.1',
  PORT: 'a port number from 0 to 65535',
  DATA_DIR: 'the path of a folder',
  LOG_LEVEL: `one of ${logLevels.join(', ')}`,
  DEMO: '1 or 0',
  TRUSTED_PROXIES: 'addresses or networks with commas between them, such as 127.0.0.1,10.0.0.0/8',
  CONNECTIONS_PER_USER: 'a number from 1 to 1000000',
  CONNECTIONS_PER_ADDRESS: 'a number from 1 to 1000000',
}

/** Reads the settings, or says in one sentence what is wrong with them. Empty values count as unset. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Settings | { problem: string } {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const result = Environment.safeParse(given)
  if (!result.success) {
    const name = String(result.error.issues[0]?.path[0])
    return { problem: `${name} must be ${expected[name] ?? 'set differently'}, not “${given[name] ?? ''}”.` }
  }
  const { HOST, PORT, DATA_DIR, LOG_LEVEL, DEMO, DATABASE_URL, REDIS_URL } = result.data
  if (DATABASE_URL !== undefined) {
    return { problem: 'DATABASE_URL is set, but this version keeps its store in SQLite in DATA_DIR only: unset it.' }
  }
  if (REDIS_URL !== undefined) {
    return { problem: 'REDIS_URL is set, but this version runs as a single node only: unset it.' }
  }
  const ordered = DEMO === '1' || DEMO === 'true'
  const refused = DEMO === '0' || DEMO === 'false'
  if (!isLoopback(HOST) && !ordered) {
    return {
      problem: `HOST=${HOST} can be reached by others, and without an identity provider anyone could take any seat: listen on 127.0.0.1, or set DEMO=1 if that is what you want.`,
    }
  }
  if (refused) {
    return { problem: 'DEMO=0 leaves no way to sign in, as this version has no identity provider: unset it.' }
  }
  return {
    host: HOST,
    port: PORT,
    dataDirectory: DATA_DIR,
    logLevel: LOG_LEVEL,
    demo: true,
    trustedProxies: result.data.TRUSTED_PROXIES,
    limits: { perUser: result.data.CONNECTIONS_PER_USER, perAddress: result.data.CONNECTIONS_PER_ADDRESS },
  }
}
