import { describe, expect, it } from 'vitest'

import type { RawConnection, RawPacket } from './mysql2-internals.js'
import { HEADER, OutgoingPacket } from './outgoing-packet.js'
import { Wire } from './wire.js'

const QUERY = 0x03
const PREPARE = 0x16
const CLOSE = 0x19

/** As much of a connection as the wire needs. */
class FakeRaw {
  sequenceId = 0
  readonly written: Buffer[] = []
  readonly handled: unknown[] = []

  handlePacket(packet?: RawPacket): void {
    this.handled.push(packet)
  }

  write(bytes: Buffer): void {
    this.written.push(bytes)
  }

  declare writePacket: RawConnection['writePacket']
}

function wireOn(raw: FakeRaw, status = 0): Wire {
  return new Wire(raw as unknown as RawConnection, status)
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
    expect(wire.mayHaveRun).toBe(may)
  })

  it('is a new question for each command', () => {
    const raw = new FakeRaw()
    const wire = wireOn(raw)
    raw.writePacket(outgoing(QUERY, 5))
    wire.begin()
    expect(wire.mayHaveRun).toBe(false)
  })
})

describe('a packet that comes in', () => {
  function incoming(content: readonly number[]): RawPacket {
    const buffer = Buffer.from([0, 0, 0, 1, ...content])
    return { buffer, start: 0, offset: HEADER, end: buffer.length, isEOF: () => false }
  }

  it('at the end of rows tells the status, before mysql2 has it', () => {
    const raw = new FakeRaw()
    let seen: number | undefined
    raw.handlePacket = () => (seen = wire.serverStatus)
    const wire = wireOn(raw, 2)
    ;(raw as unknown as RawConnection).handlePacket(incoming([0xfe, 0, 0, 0x03, 0x02]))
    expect(wire.serverStatus).toBe(0x0203)
    expect(seen).toBe(0x0203)
  })

  it.each([
    ['a row that begins with the length of a text of 16 MB', [0xfe, 1, 0, 0, 0, 1, 0, 0, 0, 0]],
    ['a request for another way to log in', [0xfe]],
    ['an error', [0xff, 1, 0, 3, 0]],
    ['a row', [1, 0xfe, 0, 3, 0]],
  ])('that is %s tells nothing', (_, content) => {
    const raw = new FakeRaw()
    const wire = wireOn(raw, 2)
    raw.handlePacket(incoming(content))
    expect(wire.serverStatus).toBe(2)
    expect(raw.handled).toHaveLength(1)
  })

  it('without content, with which mysql2 begins a command, is handed on', () => {
    const raw = new FakeRaw()
    wireOn(raw)
    raw.handlePacket()
    expect(raw.handled).toEqual([undefined])
  })
})
