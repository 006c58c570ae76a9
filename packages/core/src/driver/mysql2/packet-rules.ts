import { LengthCoded } from './length-coded.js'

/** Neither MySQL nor MariaDB has a table or an answer with more columns. */
const MOST_COLUMNS = 4096

/** Bytes of one description of a column; identifiers have 64 characters, and texts that stand for a name few hundred. */
const LONGEST_COLUMN = 0x1_0000

/** Bytes of all descriptions of one answer: what is made of them, a parser of rows, takes the more time the longer they are. */
const LONGEST_COLUMNS = 2 * 1024 * 1024

/** Bytes of an answer without rows: with session tracking it names variables and, at the most, a long set of GTIDs. */
const LONGEST_OK = 1024 * 1024

/** Bytes of one packet of a login: keys, tickets and tokens have some kB. */
export const LONGEST_LOGIN_PACKET = 0x1_0000

/** Bytes of a greeting up to the end of the server's version, which has some dozen. */
const LONGEST_VERSION = 256
const PROTOCOL_VERSION = 10

/** Results of one statement, and as many as its text has characters; a procedure may send more than it was called with. */
const MOST_RESULTS = 0x1_0000

/** Packets of one login; three factors take a dozen. */
const MOST_LOGIN_PACKETS = 64

/** Bytes of an error that are kept: servers end theirs at 512, a proxy may cite the statement. */
export const LONGEST_ERROR = 8 * 1024

const LOCAL_FILES = 0x80
const PROTOCOL_41 = 0x200
const SESSION_TRACK = 0x80_0000
const SESSION_STATE_CHANGED = 0x4000

/** What the next packet is to be; named like mysql2's states, of which some are the same here. */
export const Expected = {
  greeting: 8,
  login: 0,
  header: 1,
  column: 2,
  endOfColumns: 3,
  row: 4,
  prepared: 5,
  ok: 6,
  other: 7,
} as const
export type Expected = (typeof Expected)[keyof typeof Expected]

const BY_STATE: ReadonlyMap<string, Expected> = new Map<string, Expected>([
  ['handshakeInit', Expected.greeting],
  ['handshakeResult', Expected.login],
  ['resultsetHeader', Expected.header],
  ['readField', Expected.column],
  ['readParameter', Expected.column],
  ['fieldsEOF', Expected.endOfColumns],
  ['parametersEOF', Expected.endOfColumns],
  ['row', Expected.row],
  ['prepareHeader', Expected.prepared],
  ['infileOk', Expected.ok],
  ['pingResponse', Expected.ok],
  ['resetConnectionResponse', Expected.ok],
])

/** By the method itself, of which there are few: to ask a function for its name takes longer than all else here. */
const known = new WeakMap<object, Expected>()

/** What a command of mysql2 waits for, by the name of the method that will take the packet. */
export function expectedBy(state: { readonly name: string } | null | undefined): Expected {
  if (state === null || state === undefined) return BY_STATE.get('') ?? Expected.other
  let expected = known.get(state)
  if (expected === undefined) {
    expected = BY_STATE.get(state.name) ?? Expected.other
    known.set(state, expected)
  }
  return expected
}

/** A packet where it lies; the bytes from `offset` to `end` are its own. */
export interface Received {
  readonly buffer: Buffer
  readonly offset: number
  readonly end: number
}

/** What has been received of an answer so far. */
export interface Progress {
  /** Packets of the login. */
  loginPackets: number
  /** Bytes of descriptions of columns. */
  columnBytes: number
  results: number
}

/** What the packet answers. */
export interface Asked {
  readonly sql: string | undefined
  /** What the server said in the handshake that it can do. */
  readonly serverFlags: number
  /** What this side asked for. */
  readonly clientFlags: number
}

/**
 * What is wrong with a packet, apart from errors and rows, that a server never sends: most of all a number by which mysql2 would
 * do more work, or keep more, than the packet has bytes.
 */
export function whatIsWrong(
  expected: Expected,
  packet: Received,
  progress: Progress,
  asked: Asked,
): string | undefined {
  const size = packet.end - packet.offset
  switch (expected) {
    case Expected.greeting:
      return wrongGreeting(packet, size)
    case Expected.login:
      progress.loginPackets += 1
      if (progress.loginPackets > MOST_LOGIN_PACKETS) return `its login takes more than ${MOST_LOGIN_PACKETS} packets`
      return size > LONGEST_LOGIN_PACKET ? tooLong('a packet of the login', size) : undefined
    case Expected.header:
      progress.columnBytes = 0
      progress.results += 1
      if (progress.results > MOST_RESULTS + (asked.sql?.length ?? 0)) return tooMany(progress.results, 'results')
      return wrongHeader(packet, size, asked)
    case Expected.column:
      // At the end of the parameters of a prepared statement.
      if (isEof(packet, size)) return undefined
      progress.columnBytes += size
      if (size > LONGEST_COLUMN) return tooLong('the description of a column', size)
      return progress.columnBytes > LONGEST_COLUMNS
        ? tooLong('the description of all columns', progress.columnBytes)
        : undefined
    case Expected.endOfColumns:
      return isEof(packet, size) ? undefined : 'the descriptions of columns do not end where they should'
    case Expected.prepared:
      return wrongPrepared(packet, size, asked)
    case Expected.ok:
      return packet.buffer[packet.offset] === 0 ? wrongOk(packet, size, asked) : `${firstByte(packet)} is not OK`
    case Expected.row:
      return undefined
    case Expected.other:
      return size > LONGEST_OK ? tooLong('an answer', size) : undefined
    default:
      return expected satisfies never
  }
}

function wrongGreeting({ buffer, offset, end }: Received, size: number): string | undefined {
  if (size > LONGEST_LOGIN_PACKET) return tooLong('its greeting', size)
  if (buffer[offset] !== PROTOCOL_VERSION) return 'its greeting is none of MySQL or MariaDB'
  const version = buffer.subarray(offset + 1, Math.min(end, offset + LONGEST_VERSION))
  const length = version.indexOf(0)
  if (length === -1) return 'its greeting has no version'
  return version.subarray(0, length).every((byte) => byte >= 0x20 && byte !== 0x7f)
    ? undefined
    : 'its version is not a text'
}

function wrongHeader(packet: Received, size: number, asked: Asked): string | undefined {
  const { buffer, offset } = packet
  const first = buffer[offset]
  if (size === 0 || first === undefined) return 'the answer to a statement is empty'
  if (first === 0) return wrongOk(packet, size, asked)
  if (first === 0xfb) return wrongFile(asked)
  if (first < 0xfb) return undefined
  if (first !== 0xfc || size < 3) return `an answer begins with ${firstByte(packet)}`
  const columns = buffer.readUInt16LE(offset + 1)
  return columns > MOST_COLUMNS ? tooMany(columns, 'columns') : undefined
}

/** A server may ask for the file of a LOAD DATA LOCAL, and for no other. */
function wrongFile({ sql, clientFlags }: Asked): string | undefined {
  const wanted =
    (clientFlags & LOCAL_FILES) !== 0 && sql !== undefined && /\bload\b/i.test(sql) && /\blocal\b/i.test(sql)
  return wanted ? undefined : 'it asks for a local file though the statement is no LOAD DATA LOCAL'
}

function wrongPrepared({ buffer, offset }: Received, size: number, { sql }: Asked): string | undefined {
  if (size < 12 || buffer[offset] !== 0) return 'the answer to a preparation is none'
  const columns = buffer.readUInt16LE(offset + 5)
  const parameters = buffer.readUInt16LE(offset + 7)
  if (columns > MOST_COLUMNS) return tooMany(columns, 'columns')
  // One question mark each.
  if (sql !== undefined && parameters > sql.length) return tooMany(parameters, 'parameters')
  return undefined
}

/** All lengths in an answer without rows are those of something in it. */
function wrongOk(packet: Received, size: number, { serverFlags }: Asked): string | undefined {
  if (size > LONGEST_OK) return tooLong('an answer without rows', size)
  const reader = new LengthCoded(packet.buffer, packet.offset + 1, packet.end)
  reader.number()
  reader.number()
  const status = (serverFlags & PROTOCOL_41) === 0 ? 0 : reader.fixed(2)
  if ((serverFlags & PROTOCOL_41) !== 0) reader.fixed(2)
  if ((serverFlags & SESSION_TRACK) !== 0 && !reader.atEnd) {
    reader.skipText()
    if ((status & SESSION_STATE_CHANGED) !== 0 && !reader.atEnd) readChanges(reader)
  }
  return reader.sound ? undefined : 'lengths in an answer without rows do not fit it'
}

/** What session tracking tells: entries of a type, a length, and texts of their own. */
function readChanges(reader: LengthCoded): void {
  const entries = reader.part(reader.number())
  while (entries.sound && !entries.atEnd) {
    const type = entries.fixed(1)
    const entry = entries.part(entries.number())
    // mysql2 reads so many texts of an entry, by its type: a variable and its value, a schema, a set of GTIDs. The flag that
    // state has changed, type 2, is a text with its length on MySQL and one without on MariaDB, where mysql2 takes it for a length.
    const texts = type === 0 || type === 3 ? 2 : type === 1 ? 1 : 0
    for (let text = 0; text < texts; text += 1) entry.skipText()
    if (type === 2 && !entry.atEnd && entry.fixed(1) >= 0xfb) entry.fail()
    if (!entry.sound) entries.fail()
  }
  if (!entries.sound) reader.fail()
}

function isEof({ buffer, offset }: Received, size: number): boolean {
  return size < 9 && buffer[offset] === 0xfe
}

function firstByte({ buffer, offset, end }: Received): string {
  return offset < end ? `0x${(buffer[offset] ?? 0).toString(16)}` : 'nothing'
}

function tooLong(what: string, size: number): string {
  return `${what} has ${size} bytes`
}

function tooMany(count: number, what: string): string {
  return `an answer is said to have ${count} ${what}`
}
