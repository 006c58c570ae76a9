import { LengthCoded } from './length-coded.js'

/** The largest number of columns of a table or an answer, on MySQL and on MariaDB. */
const MOST_COLUMNS = 4096

/** The longest description of a column, in bytes. Identifiers have 64 characters, and texts in place of a name a few hundred. */
const LONGEST_COLUMN = 0x1_0000

/** The longest description of all columns of an answer, in bytes. The time to make a row parser grows with their length. */
const LONGEST_COLUMNS = 2 * 1024 * 1024

/**
 * The longest answer without rows, in bytes. With session tracking such an answer names variables and, at most, a long set of
 * GTIDs.
 */
const LONGEST_OK = 1024 * 1024

/** The longest packet of a login, in bytes. Keys, tickets and tokens have some kB. */
export const LONGEST_LOGIN_PACKET = 0x1_0000

/** The longest server version in a greeting, in bytes; real ones have a few dozen. */
const LONGEST_VERSION = 256
const PROTOCOL_VERSION = 10

/**
 * The largest number of results of one statement, plus one for each character of its text. A procedure may send more results
 * than its call has characters.
 */
const MOST_RESULTS = 0x1_0000

/** The largest number of packets of one login; three factors take a dozen. */
const MOST_LOGIN_PACKETS = 64

/** Bytes of an error that are kept. Servers end their errors at 512; a proxy may cite the statement. */
export const LONGEST_ERROR = 8 * 1024

const LOCAL_FILES = 0x80
const PROTOCOL_41 = 0x200
const SESSION_TRACK = 0x80_0000
const SESSION_STATE_CHANGED = 0x4000

/** The kinds of the next packet, with the names of mysql2's states. Some states share a kind. */
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

/** The kinds by method: there are few methods, and asking a function for its name takes longer than all other work here. */
const known = new WeakMap<object, Expected>()

/** The kind of packet that a command of mysql2 waits for, by the name of the method that takes the packet. */
export function expectedBy(state: { readonly name: string } | null | undefined): Expected {
  if (state === null || state === undefined) return BY_STATE.get('') ?? Expected.other
  let expected = known.get(state)
  if (expected === undefined) {
    expected = BY_STATE.get(state.name) ?? Expected.other
    known.set(state, expected)
  }
  return expected
}

/** A packet inside a buffer: the bytes from `offset` to `end`. */
export interface Received {
  readonly buffer: Buffer
  readonly offset: number
  readonly end: number
}

/** The received part of an answer. */
export interface Progress {
  /** Number of packets of the login. */
  loginPackets: number
  /** Number of bytes of column descriptions. */
  columnBytes: number
  results: number
}

/** The command that the packet answers. */
export interface Asked {
  readonly sql: string | undefined
  /** The server's capabilities from the handshake. */
  readonly serverFlags: number
  /** The capabilities that this side asked for. */
  readonly clientFlags: number
}

/**
 * The fault of a packet that no server sends; undefined for a good packet. Errors and rows are not checked here. Most faults
 * are numbers that would make mysql2 do more work, or keep more data, than the packet has bytes.
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
      // The end of the parameters of a prepared statement.
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
  if (buffer[offset] !== PROTOCOL_VERSION) return 'its greeting is not one of MySQL or MariaDB'
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

/** A server may ask for the file of a LOAD DATA LOCAL, and for no other file. */
function wrongFile({ sql, clientFlags }: Asked): string | undefined {
  const wanted =
    (clientFlags & LOCAL_FILES) !== 0 && sql !== undefined && /\bload\b/i.test(sql) && /\blocal\b/i.test(sql)
  return wanted ? undefined : 'it asks for a local file though the statement is no LOAD DATA LOCAL'
}

function wrongPrepared({ buffer, offset }: Received, size: number, { sql }: Asked): string | undefined {
  if (size < 12 || buffer[offset] !== 0) return 'the answer to COM_STMT_PREPARE is malformed'
  const columns = buffer.readUInt16LE(offset + 5)
  const parameters = buffer.readUInt16LE(offset + 7)
  if (columns > MOST_COLUMNS) return tooMany(columns, 'columns')
  // Each parameter has a question mark in the text.
  if (sql !== undefined && parameters > sql.length) return tooMany(parameters, 'parameters')
  return undefined
}

/** Checks that every length in an answer without rows fits the answer. */
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
  return reader.sound ? undefined : 'lengths in an answer without rows do not fit the answer'
}

/** Reads the reports of session tracking: entries of a type, a length, and texts with their lengths. */
function readChanges(reader: LengthCoded): void {
  const entries = reader.part(reader.number())
  while (entries.sound && !entries.atEnd) {
    const type = entries.fixed(1)
    const entry = entries.part(entries.number())
    // The number of texts that mysql2 reads in an entry, by its type: a variable and its value, a schema, a set of GTIDs. The
    // flag that state has changed, type 2, is a text with its length on MySQL. On MariaDB the flag has no length, and mysql2
    // takes the flag for one.
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
  return `an answer claims to have ${count} ${what}`
}
