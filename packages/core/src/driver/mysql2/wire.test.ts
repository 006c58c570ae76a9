/* oxlint-disable no-underscore-dangle -- the names are mysql2's */
import { describe, expect, it } from 'vitest'

import type { RawConnection, RawPacket } from './mysql2-internals.js'
import { HEADER, OutgoingPacket } from './outgoing-packet.js'
import { Wire, type WireFacts } from './wire.js'

const QUERY = 0x03
const PREPARE = 0x16
const CLOSE = 0x19

/** As much of a connection as the wire needs, and the facts that the wire notes. */
class FakeRaw implements WireFacts {
  mayHaveRun = false
  warningCount = 0
  noBackslashEscapes: boolean | undefined
  serverStatus: number
  sequenceId = 0
  readonly written: Buffer[] = []
  packetParser: unknown
  _inflatedPacketsParser: unknown

  constructor(status = 0) {
    this.serverStatus = status
  }

  write(bytes: Buffer): void {
    this.written.push(bytes)
  }

  declare writePacket: RawConnection['writePacket']
}

function wireOn(raw: FakeRaw): Wire {
  return new Wire(raw as unknown as RawConnection, raw)
}

function outgoing(command: number, length: number): OutgoingPacket {
  const packet = new OutgoingPacket(HEADER + length)
  packet.buffer[HEADER] = command
  return packet
}

/** The packets that were written, by their headers: length and number. */
function headers(written: readonly Buffer[]): [length: number, sequence: number][] {
  const bytes = Buffer.concat(written)
  const found: [number, number][] = []
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUIntLE(at, 3)) {
    found.push([bytes.readUIntLE(at, 3), bytes[at + 3] ?? -1])
  }
  return found
}

describe('a packet that goes out', () => {
  const most = 0xff_ffff

  it.each([
    [1, [1]],
    [most - 4, [most - 4]],
    [most - 3, [most - 3]],
    [most - 2, [most - 2]],
    [most - 1, [most - 1]],
    [most, [most, 0]],
    [most + 1, [most, 1]],
    [2 * most, [most, most, 0]],
    [2 * most + 5, [most, most, 5]],
  ])('of %i bytes goes in packets of %j', (length, parts) => {
    const raw = new FakeRaw()
    wireOn(raw)
    raw.writePacket(outgoing(QUERY, length))
    expect(headers(raw.written)).toEqual(parts.map((part, index) => [part, index]))
    expect(raw.sequenceId).toBe(parts.length)
    // What is compressed as nothing is a frame of nothing, and the server takes it for the next command's.
    expect(raw.written.filter((bytes) => bytes.length === 0)).toEqual([])
  })

  it('in several parts has all its bytes, in their order', () => {
    const raw = new FakeRaw()
    wireOn(raw)
    const packet = outgoing(QUERY, most + 3)
    packet.buffer.set([7, 8, 9], HEADER + most)
    raw.writePacket(packet)
    const bytes = Buffer.concat(raw.written)
    expect(bytes[HEADER]).toBe(QUERY)
    expect([...bytes.subarray(2 * HEADER + most)]).toEqual([7, 8, 9])
  })

  it('is numbered from 0 again after 255', () => {
    const raw = new FakeRaw()
    wireOn(raw)
    raw.sequenceId = 255
    raw.writePacket(outgoing(QUERY, 1))
    expect(headers(raw.written)).toEqual([[1, 255]])
    expect(raw.sequenceId).toBe(0)
  })
})

describe('whether a command may have run', () => {
  it.each([
    ['nothing was sent', [], false],
    ['a statement was prepared', [PREPARE], false],
    ['statements were closed', [CLOSE, CLOSE], false],
    ['a statement was sent', [QUERY], true],
    ['a statement was closed, another sent', [CLOSE, QUERY], true],
    ['a statement was sent, another closed', [QUERY, CLOSE], true],
  ] as const)('where %s', (_, commands, may) => {
    const raw = new FakeRaw()
    const wire = wireOn(raw)
    wire.begin()
    for (const command of commands) raw.writePacket(outgoing(command, 5))
    expect(raw.mayHaveRun).toBe(may)
  })

  it('is a new question for each command', () => {
    const raw = new FakeRaw()
    const wire = wireOn(raw)
    raw.writePacket(outgoing(QUERY, 5))
    wire.begin()
    expect(raw.mayHaveRun).toBe(false)
  })
})

describe('the last packet of an answer', () => {
  const IN_TRANSACTION = 0x0203

  /** A wire whose connection has received this last, and has read some of it. */
  function received(content: readonly number[]): { wire: Wire; facts: WireFacts } {
    const raw = new FakeRaw(2)
    const buffer = Buffer.from([9, 9, 0, 0, 0, 1, ...content])
    const packet: RawPacket = { buffer, start: 2, offset: buffer.length, end: buffer.length, isEOF: () => false }
    raw.packetParser = { _reusablePacket: packet }
    return { wire: wireOn(raw), facts: raw }
  }

  it('tells the status at the end of rows', () => {
    const { wire, facts } = received([0xfe, 0, 0, 0x03, 0x02])
    wire.rowsEnded()
    expect(facts.serverStatus).toBe(IN_TRANSACTION)
  })

  it.each([
    ['a row that begins with the length of a text of 16 MB', [0xfe, 1, 0, 0, 0, 1, 0, 0, 0, 0]],
    ['too short', [0xfe]],
    ['an error', [0xff, 1, 0, 3, 0]],
    ['a row', [1, 0xfe, 0, 3, 0]],
  ])('that is %s tells nothing', (_, content) => {
    const { wire, facts } = received(content)
    wire.rowsEnded()
    expect(facts.serverStatus).toBe(2)
  })

  it('tells the status of a session that has begun anew', () => {
    const { wire, facts } = received([0, 0, 0, 0x00, 0x02, 0, 0])
    wire.sessionBegan()
    expect(facts.serverStatus).toBe(0x0200)
    expect(facts.noBackslashEscapes).toBe(true)
  })

  it('of a compressed connection is the one that was inflated', () => {
    const raw = new FakeRaw()
    const of = (status: number): { _reusablePacket: RawPacket } => {
      const buffer = Buffer.from([5, 0, 0, 1, 0xfe, 0, 0, status, 0])
      return { _reusablePacket: { buffer, start: 0, offset: 9, end: 9, isEOF: () => false } }
    }
    raw.packetParser = of(1)
    raw._inflatedPacketsParser = of(3)
    const wire = wireOn(raw)
    wire.rowsEnded()
    expect(raw.serverStatus).toBe(3)
  })
})
