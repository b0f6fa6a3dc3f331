/** Tokens that open something to whoever holds them: given out once, and kept as a hash alone. */
import { createHash, randomBytes } from 'node:crypto'

/** A new token: 43 characters that fit into an address. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** Whether a text can be one of ours: else there is no need to look for it. */
export const isToken = (text: string | undefined): text is string => text !== undefined && /^[\w-]{43}$/.test(text)

/** Under which a token is kept. */
export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex')
