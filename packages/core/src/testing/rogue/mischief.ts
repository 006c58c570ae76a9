import type { Random } from '../../selectors/selector.js'
import { between, oneOf } from '../random.js'
import { column, eof, failure, length, long, MORE_RESULTS, ok, packet, packets, rows, STATE_CHANGED } from './wire.js'

/** The bytes that a rogue server sends in place of a right answer; undefined for no bytes, null for the end of the connection. */
type Bytes = Buffer | undefined | null

type Mischief = (random: Random, right: readonly Buffer[], sequence: number) => Bytes

/** Every kind of wrong answer that has a name. Random bytes find the others. */
const mischiefs: Readonly<Record<string, Mischief>> = {
  silence: () => undefined,
  'hanging up': () => null,
  'random bytes': (random) => noise(random, between(random, 1, 2000)),
  'a random packet': (random, _, sequence) => packet(sequence, noise(random, between(random, 0, 300))),
  'a packet of nothing': (_, __, sequence) => packet(sequence, Buffer.alloc(0)),
  'many packets of nothing': (_, __, sequence) =>
    packets(
      sequence,
      Array.from({ length: 5000 }, () => Buffer.alloc(0)),
    ),
  'a cut answer': (random, right, sequence) => {
    const bytes = packets(sequence, right)
    return bytes.subarray(0, between(random, 0, bytes.length - 1))
  },
  'an answer twice': (_, right, sequence) => packets(sequence, [...right, ...right]),
  'a packet twice': (random, right, sequence) => {
    const at = between(random, 0, right.length - 1)
    return packets(sequence, [...right.slice(0, at + 1), ...right.slice(at)])
  },
  'a packet left out': (random, right, sequence) => {
    const at = between(random, 0, right.length - 1)
    return packets(sequence, [...right.slice(0, at), ...right.slice(at + 1)])
  },
  'packets in another order': (random, right, sequence) => {
    const shuffled = right.map((payload) => ({ payload, at: random() })).sort((a, b) => a.at - b.at)
    return packets(
      sequence,
      shuffled.map(({ payload }) => payload),
    )
  },
  'other numbers': (random, right) => packets(between(random, 0, 255), right),
  'one byte of another value': (random, right, sequence) => changed(random, packets(sequence, right), 1),
  'some bytes of other values': (random, right, sequence) => changed(random, packets(sequence, right), 8),
  'a forged length': (random, right, sequence) => {
    const at = between(random, 0, right.length - 1)
    const payload = right[at] ?? Buffer.alloc(0)
    const cut = between(random, 0, payload.length)
    const forged = Buffer.concat([payload.subarray(0, cut), forgedLength(random), payload.subarray(cut)])
    return packets(sequence, [...right.slice(0, at), forged, ...right.slice(at + 1)])
  },
  'a forged header': (random, right, sequence) => {
    const bytes = Buffer.from(packets(sequence, right))
    bytes.writeUIntLE(between(random, 0, 0xff_ffff), 0, 3)
    return bytes
  },
  'parts of a large packet': (_, right, sequence) =>
    Buffer.concat([packet(sequence, Buffer.alloc(0xff_ffff)), packets(sequence + 1, right)]),
  'forged columns': (random, _, sequence) =>
    packets(sequence, [forgedLength(random), column(), column(), eof(), eof()]),
  'rows without end': (random, _, sequence) =>
    packets(sequence, [
      length(1),
      column({ type: between(random, 0, 255) }),
      eof(),
      ...repeated(20_000, noise(random, 6)),
    ]),
  'results without end': (_, __, sequence) => packets(sequence, repeated(20_000, ok(MORE_RESULTS))),
  'other columns each time': (random, _, sequence) =>
    packets(
      sequence,
      Array.from({ length: 300 }, () => rows([{ name: String(random()) }], [['1']], MORE_RESULTS)).flat(),
    ),
  'a column of every type': (random, _, sequence) =>
    packets(sequence, [
      length(1),
      column({ type: between(random, 0, 255), charset: between(random, 0, 400) }),
      eof(),
      noise(random, 20),
      eof(),
    ]),
  'a name that objects have': (random, _, sequence) =>
    packets(sequence, rows([{ name: oneOf(random, ['__proto__', 'constructor', 'toString', '']) }], [['x']])),
  'changes of the session': (random, _, sequence) =>
    packets(sequence, [ok(STATE_CHANGED, Buffer.concat([length(0), length(20), noise(random, 20)]))]),
  'a local file': (_, __, sequence) => packet(sequence, Buffer.from('\u00fb/etc/passwd', 'latin1')),
  'an error': (random, _, sequence) =>
    packet(
      sequence,
      failure(
        oneOf(random, [1040, 1045, 1047, 1053, 1064, 1205, 1213, 1243, 1290, 1461, 2006, 4031, 65_535]),
        noise(random, 50),
      ),
    ),
  'an error of a megabyte': (_, __, sequence) => packet(sequence, failure(1105, Buffer.alloc(1_000_000, 0x1b))),
  'an error and more': (random, right, sequence) =>
    packets(sequence, [failure(1064, 'no'), ...right, noise(random, 9)]),
  'another login': (random, _, sequence) =>
    packets(sequence, [
      Buffer.from(oneOf(random, ['\u00fe', '\u00fex\u0000y', '\u0001\u0004', '\u0002z\u0000']), 'latin1'),
    ]),
}

/** A random mischief, which is the same for the same random numbers. */
export function mischief(random: Random, right: readonly Buffer[], sequence = 1): { name: string; bytes: Bytes } {
  const name = oneOf(random, Object.keys(mischiefs))
  return { name, bytes: mischiefs[name]?.(random, right, sequence) }
}

function noise(random: Random, size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, () => between(random, 0, 255)))
}

function changed(random: Random, bytes: Buffer, most: number): Buffer {
  const copy = Buffer.from(bytes)
  for (let count = between(random, 1, most); count > 0; count -= 1) {
    copy[between(random, 0, copy.length - 1)] = oneOf(random, [0, 1, 0x7f, 0x80, 0xfb, 0xfc, 0xfd, 0xfe, 0xff])
  }
  return copy
}

function forgedLength(random: Random): Buffer {
  return oneOf(random, [
    () => length(between(random, 200, 0xffff)),
    () => length(between(random, 0x1_0000, 0xff_fffe)),
    () => long(2n ** BigInt(between(random, 0, 63))),
    () => long(-1n),
    () => Buffer.from([0xfb]),
  ])()
}

function repeated(count: number, payload: Buffer): Buffer[] {
  return Array.from({ length: count }, () => payload)
}
