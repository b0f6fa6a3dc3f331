/** Passwords: how they are kept, and how often they may be tried. */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'

/** Some 100 ms and 32 MiB a time, so that whoever had the store could try few of them. */
const cost = 15
const parallel: Required<Pick<ScryptOptions, 'r' | 'p' | 'maxmem'>> = { r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const keyBytes = 32
/** At a time; the others wait, or what takes memory and threads would take them from everyone's work. */
const mostAtOnce = 2

let running = 0
const waiting: (() => void)[] = []

async function derive(password: string, salt: Buffer, log2N: number): Promise<Buffer> {
  if (running >= mostAtOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  else running += 1
  try {
    return await new Promise((resolve, reject) => {
      scrypt(password.normalize('NFKC'), salt, keyBytes, { ...parallel, N: 2 ** log2N }, (error, key) =>
        error === null ? resolve(key) : reject(error),
      )
    })
  } finally {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }
}

/** How a password is kept: the cost, the salt and the key, so that a later version may raise the cost. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, cost)
  return ['scrypt', cost, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** What is compared with where nobody has that name: it fits no password, and takes as long. */
const nobodys = [
  'scrypt',
  cost,
  randomBytes(16).toString('base64url'),
  randomBytes(keyBytes).toString('base64url'),
].join('$')

/** Whether a password is the one that was hashed. Null for the hash, of someone who is not there, takes as long and gives false. */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  const [, log2N = '', salt = '', key = ''] = (hash ?? nobodys).split('$')
  const expected = Buffer.from(key, 'base64url')
  const given = await derive(password, Buffer.from(salt, 'base64url'), Number(log2N))
  return expected.length === given.length && timingSafeEqual(expected, given) && hash !== null
}
