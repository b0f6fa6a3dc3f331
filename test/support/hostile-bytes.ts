/** What hostile ends send: handshakes, frames and messages, drawn from a seeded randomness. */
import * as encoding from 'lib0/encoding'
import type { Random } from './random.ts'
import { frame, handshake } from './raw-socket.ts'

const bytes = (chance: Random, most: number) =>
  Uint8Array.from({ length: chance.int(0, most) }, () => chance.int(0, 255))

const junk = (chance: Random, most: number) =>
  String.fromCharCode(...Array.from({ length: chance.int(0, most) }, () => chance.int(1, 255)))

/** Flips bits, cuts, doubles or swaps parts. */
export function mangle(original: Uint8Array, chance: Random): Uint8Array {
  if (original.length === 0) return original
  const place = () => chance.int(0, original.length - 1)
  const changed = original.slice()
  switch (chance.int(0, 3)) {
    case 0:
      for (let flips = chance.int(1, 6); flips > 0; flips -= 1) {
        const at = place()
        changed[at] = (changed[at] ?? 0) ^ (1 << chance.int(0, 7))
      }
      return changed
    case 1:
      return original.slice(0, place())
    case 2:
      return new Uint8Array([...original, ...original.slice(place())])
    default: {
      const [start = 0, end = 0] = [place(), place()].toSorted((a, b) => a - b)
      return new Uint8Array([...original.slice(0, start), ...bytes(chance, 12), ...original.slice(end)])
    }
  }
}

const headerNames = ['Host', 'Upgrade', 'Connection', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version'] as const
const headerValues = [
  '',
  'x',
  'websocket, h2c',
  'h2c',
  'keep-alive',
  '12',
  '-1',
  '999999999999999999999',
  'a'.repeat(9000),
  '\u00ff\u00fe',
  '\u0001',
  '[::1',
  'a b',
  '127.0.0.1:99999999',
]

/** One handshake that something is wrong with. */
export function hostileHandshake(path: string, cookie: string, chance: Random): Uint8Array {
  const proper = { Cookie: cookie }
  const text = (() => {
    switch (chance.int(0, 9)) {
      case 0:
        return handshake(path, { ...proper, [chance.pick(headerNames)]: null })
      case 1:
        return handshake(path, { ...proper, [chance.pick(headerNames)]: chance.pick(headerValues) })
      case 2:
        return handshake(
          path,
          proper,
          `${chance.pick(['POST', 'HEAD', 'PUT', 'BREW', 'get', 'OPTIONS'])} ${path} HTTP/1.1`,
        )
      case 3:
        return handshake(path, proper, `GET ${path} ${chance.pick(['HTTP/1.0', 'HTTP/9.9', 'HTTP', 'RTSP/1.0', ''])}`)
      case 4: {
        const odd = [
          '/sync/%00',
          '/sync/%',
          '/sync/..%2f..',
          '//sync//',
          '/sync/',
          '*',
          'http://[',
          `/sync/${'a'.repeat(9000)}`,
        ]
        return handshake(chance.pick([...odd, `/sync/${encodeURIComponent(junk(chance, 40))}`]), proper)
      }
      case 5:
        return handshake(
          `${path}?${chance.pick(['v', 'token', 'epoch', 'schema'])}=${encodeURIComponent(junk(chance, 60))}`,
          proper,
        )
      case 6:
        return handshake(path, { ...proper, 'Content-Length': chance.pick(['5', '-5', '1e3', '99999999999']) })
      case 7:
        return (
          handshake(path, { ...proper, 'Transfer-Encoding': 'chunked' }) +
          chance.pick(['ffffffffffffffff\r\n', 'x\r\n', '0\r\n\r\n'])
        )
      case 8:
        return handshake(path, {
          ...proper,
          'Sec-WebSocket-Extensions': chance.pick([
            'permessage-deflate; x',
            ';;;',
            'a="',
            'permessage-deflate; server_max_window_bits=99',
          ]),
          'Sec-WebSocket-Protocol': chance.pick(['a, a', ',', '"', 'y']),
        })
      default:
        return handshake(path, {
          ...proper,
          Cookie: chance.pick([junk(chance, 200), `${cookie}${cookie}`, '=', 'alternat_session=%']),
        })
    }
  })()
  const raw = Buffer.from(text, 'latin1')
  return chance.int(0, 2) === 0 ? mangle(raw, chance) : raw
}

const closing = (code: number, reason: Uint8Array = new Uint8Array()) =>
  frame(Uint8Array.of(code >> 8, code & 0xff, ...reason), { opcode: 8 })

/** Bytes of one broken websocket frame, or of several that make no sense together. */
export function hostileFraming(chance: Random): Uint8Array {
  const payload = bytes(chance, 140)
  switch (chance.int(0, 11)) {
    case 0:
      return frame(payload, { reserved: chance.int(1, 7) })
    case 1:
      return frame(payload, { opcode: chance.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) })
    case 2:
      return frame(payload, { masked: false })
    case 3:
      return frame(payload, { opcode: chance.pick([8, 9, 10]), fin: false })
    case 4:
      return frame(new Uint8Array(chance.int(126, 400)), { opcode: chance.pick([8, 9, 10]) })
    case 5:
      return chance.pick([
        frame(Uint8Array.of(3), { opcode: 8 }),
        closing(chance.pick([0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535])),
        closing(1000, Uint8Array.of(0xc3, 0x28, 0xff)),
      ])
    case 6:
      return frame(payload, { opcode: 0 })
    case 7:
      return Buffer.concat([frame(payload, { fin: false }), frame(payload, { opcode: chance.pick([1, 2]) })])
    case 8:
      return frame(payload, {
        length: chance.pick([2n ** 63n, 2n ** 53n, 2n ** 40n, 2n ** 32n, BigInt(5 * 1024 * 1024)]),
        width: 64,
      })
    case 9:
      return frame(payload, { opcode: 1 })
    case 10:
      // Parts of a message that never ends, some of them empty.
      return Buffer.concat([
        frame(payload, { fin: false }),
        ...Array.from({ length: chance.int(1, 300) }, () => frame(bytes(chance, 2), { opcode: 0, fin: false })),
      ])
    default:
      return mangle(frame(payload, { width: chance.pick([7, 16, 64]) }), chance)
  }
}

const hugeVarint = (bytesOf: number) =>
  Uint8Array.from({ length: bytesOf }, (_, index) => (index === bytesOf - 1 ? 1 : 0xff))
const varint = (value: number) => encoding.encode((encoder) => encoding.writeVarUint(encoder, value))
const sized = (content: Uint8Array) => new Uint8Array([...varint(content.length), ...content])
/** The same number in more bytes than it needs. */
export const overlong = (value: number, extra = 1) =>
  Uint8Array.of(value | 0x80, ...Array.from({ length: extra - 1 }, () => 0x80), 0x00)

const states = [
  '',
  'null',
  'true',
  '1e999',
  '"text"',
  '[]',
  '{',
  `${'['.repeat(2000)}${']'.repeat(2000)}`,
  `${'{"a":'.repeat(600)}1${'}'.repeat(600)}`,
  '{"user":null}',
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  '{"a":"\\ud800"}',
  JSON.stringify({ text: 'x'.repeat(60_000) }),
]

/** One message of the protocol that no client would send. Never an update that could be taken. */
export function hostileMessage(chance: Random): Uint8Array {
  switch (chance.int(0, 9)) {
    case 0:
      return new Uint8Array([...hugeVarint(chance.int(5, 12)), ...bytes(chance, 20)])
    case 1:
      return new Uint8Array([...varint(chance.int(4, 100_000)), ...bytes(chance, 20)])
    case 2:
      return new Uint8Array([0, ...varint(chance.int(3, 300)), ...sized(bytes(chance, 30))])
    case 3: {
      // A state vector of clocks that nobody can have.
      const entries = Array.from({ length: chance.int(1, 50) }, () => [
        chance.int(0, 2 ** 31 - 1),
        2 ** 40 + chance.int(0, 9),
      ])
      const vector = new Uint8Array([
        ...varint(entries.length),
        ...entries.flat().flatMap((value) => [...varint(value)]),
      ])
      return new Uint8Array([0, 0, ...sized(vector)])
    }
    case 4:
      // It says that much follows, and nothing does.
      return new Uint8Array([
        0,
        chance.int(0, 2),
        ...varint(chance.pick([2 ** 31, 2 ** 40, 2 ** 53 - 1])),
        ...bytes(chance, 9),
      ])
    case 5:
      return new Uint8Array([0, chance.pick([0]), ...sized(new Uint8Array([...varint(2 ** 31), ...bytes(chance, 9)]))])
    case 6: {
      const json = Buffer.from(chance.pick(states))
      const count = chance.pick([1, 2, 100_001, 2 ** 40])
      const clock = varint(chance.pick([0, 1, 2 ** 40, 2 ** 53 - 1]))
      const body = [...varint(count), ...varint(chance.int(0, 2 ** 31 - 1)), ...clock, ...sized(json)]
      return new Uint8Array([1, ...sized(new Uint8Array(body))])
    }
    case 7:
      return new Uint8Array([3, 3, 3, ...bytes(chance, 4)])
    case 8:
      return new Uint8Array([102, ...sized(bytes(chance, 200))])
    default:
      // Structs of an item count, a client and a clock that are not there.
      return new Uint8Array([0, chance.int(1, 2), ...sized(new Uint8Array([0xff, ...bytes(chance, 60)]))])
  }
}
