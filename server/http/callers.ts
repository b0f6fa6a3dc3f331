/**
 * Where a request comes from: the address, host and protocol that the other end used. Proxies are believed only where the
 * operator named them; whatever anyone else writes into the forwarding headers counts for nothing.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

export type Caller = {
  /** What limits are counted by: an IPv4 address, or the /64 network of an IPv6 one, which is what one subscriber has. */
  readonly address: string
  /** The host that the address bar shows, as far as it is known. */
  readonly host: string | undefined
  /** Null where nobody who may be believed has said it: a proxy that is not named may have ended the encryption. */
  readonly protocol: 'http' | 'https' | null
}

export type Callers = {
  of(request: IncomingMessage): Caller
  /** Whether an address is that of a proxy that speaks for others. */
  isProxy(address: string | undefined): boolean
}

/** A request that came over no socket. */
export const nobody: Caller = { address: 'unknown', host: undefined, protocol: null }

/** Whether a name or address can only be that of the machine itself. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** Whether a text names an address, or a network such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128))
}

/** Believes the proxies at these addresses and networks. Throws if one of them is neither. */
export function createCallers(trusted: readonly string[]): Callers {
  const proxies = new BlockList()
  for (const text of trusted) {
    if (!isNetwork(text)) throw new RangeError(`“${text}” is neither an address nor a network`)
    const [address = '', prefix] = text.split('/')
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
    if (prefix === undefined) proxies.addAddress(address, family)
    else proxies.addSubnet(address, Number(prefix), family)
  }
  const isProxy = (address: string | undefined) => {
    if (trusted.length === 0) return false
    const plain = plainAddress(address)
    return plain !== null && proxies.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6')
  }
  return {
    isProxy,
    of({ socket, headers }) {
      const direct = socket.remoteAddress
      const encrypted = 'encrypted' in socket && socket.encrypted === true
      if (!isProxy(direct)) {
        return { address: networkOf(direct), host: headers.host, protocol: encrypted ? 'https' : null }
      }
      // Each proxy adds at the end whom it heard from: the last one that is no proxy of ours is the caller.
      let caller = direct
      for (const hop of valuesOf(headers, 'x-forwarded-for').toReversed()) {
        const address = plainAddress(hop)
        if (address === null) break
        caller = address
        if (!isProxy(caller)) break
      }
      const [protocol] = valuesOf(headers, 'x-forwarded-proto')
      return {
        address: networkOf(caller),
        host: valuesOf(headers, 'x-forwarded-host')[0] ?? headers.host,
        protocol: protocol === 'https' || protocol === 'http' ? protocol : encrypted ? 'https' : null,
      }
    },
  }
}

const valuesOf = (headers: IncomingHttpHeaders, name: string): string[] =>
  [headers[name] ?? []]
    .flat()
    .flatMap((line) => line.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '')

/** An address without a port, a zone, or the prefix that IPv4 wears on an IPv6 socket; null if it is none. */
function plainAddress(text: string | undefined): string | null {
  if (text === undefined) return null
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  const address = bare.replace(/%.*$/, '').replace(/^::ffff:(?=[\d.]+$)/i, '')
  return isIP(address) === 0 ? null : address
}

/** What an address is counted by, see `Caller`. */
export function networkOf(text: string | undefined): string {
  const address = plainAddress(text)
  if (address === null) return nobody.address
  if (isIP(address) === 4) return address
  const [front = [], back = []] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''))
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  const groups = [...front, ...zeros, ...back].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${groups.join(':')}::/64`
}
