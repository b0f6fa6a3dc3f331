/** The log: one JSON object a line on stdout, without anything that opens a session and without anyone's words. */
import { pino, type DestinationStream, type Logger } from 'pino'

const secret = [
  'cookie',
  'authorization',
  'token',
  'tokenHash',
  'body',
  'proposal',
  'quote',
  'anchor',
  'comments',
  'note',
]

/** A logger of the given level. `destination` is standard output unless a test wants to read along. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: { paths: secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[kept out of the log]' },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}
