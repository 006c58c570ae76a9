/** The server's side of the protocol in bytes. Tests make wrong bytes from these right ones. */

const FLAGS = {
  longPassword: 1,
  foundRows: 2,
  longFlag: 4,
  connectWithDb: 8,
  compress: 0x20,
  localFiles: 0x80,
  protocol41: 0x200,
  transactions: 0x2000,
  secureConnection: 0x8000,
  multiStatements: 0x1_0000,
  multiResults: 0x2_0000,
  psMultiResults: 0x4_0000,
  pluginAuth: 0x8_0000,
  sessionTrack: 0x80_0000,
} as const

export const MORE_RESULTS = 0x0008
export const STATE_CHANGED = 0x4000
const AUTOCOMMIT = 0x0002

/** Types of columns. */
export const Column = { long: 3, longlong: 8, json: 245, varString: 253, geometry: 255 } as const

/** A payload with its header. */
export function packet(sequence: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4)
  header.writeUIntLE(payload.length, 0, 3)
  header[3] = sequence & 0xff
  return Buffer.concat([header, payload])
}

/** Packets, with their numbers counted up. */
export function packets(sequence: number, payloads: readonly Buffer[]): Buffer {
  return Buffer.concat(payloads.map((payload, index) => packet(sequence + index, payload)))
}

export interface GreetingOptions {
  readonly version?: string
  readonly plugin?: string
  readonly compress?: boolean
  readonly localFiles?: boolean
}

export function greeting(options: GreetingOptions = {}): Buffer {
  const { version = '8.0.99-rogue', plugin = 'mysql_native_password', compress = false, localFiles = true } = options
  let flags = 0
  for (const [name, flag] of Object.entries(FLAGS)) {
    if ((name !== 'compress' || compress) && (name !== 'localFiles' || localFiles)) flags |= flag
  }
  const fixed = Buffer.alloc(31, 1)
  fixed.writeUInt32LE(77, 0)
  fixed[12] = 0
  fixed.writeUInt16LE(flags & 0xffff, 13)
  fixed[15] = 45
  fixed.writeUInt16LE(AUTOCOMMIT, 16)
  fixed.writeUInt16LE(flags >>> 16, 18)
  fixed[20] = 21
  fixed.fill(0, 21)
  return Buffer.concat([
    Buffer.from([10]),
    Buffer.from(`${version}\0`),
    fixed,
    Buffer.from('abcdefghijkl\0'),
    Buffer.from(`${plugin}\0`),
  ])
}

export function ok(status = 0, more: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from([0, 0, 0]), small(AUTOCOMMIT | status), small(0), more])
}

export function eof(status = 0): Buffer {
  return Buffer.concat([Buffer.from([0xfe]), small(0), small(AUTOCOMMIT | status)])
}

export function failure(errno: number, message: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xff]), small(errno), Buffer.from('#HY000'), Buffer.from(message)])
}

export interface ColumnOptions {
  readonly type?: number
  readonly charset?: number
  readonly name?: string
}

export function column({ type = Column.varString, charset = 255, name = 'a' }: ColumnOptions = {}): Buffer {
  const rest = Buffer.alloc(13)
  rest[0] = 12
  rest.writeUInt16LE(charset, 1)
  rest.writeUInt32LE(100, 3)
  rest[7] = type
  return Buffer.concat([...['def', 's', 't', 't', name, name].map(coded), rest])
}

/** A text with its length before it. */
export function coded(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([length(bytes.length), bytes])
}

/** A length-encoded number in its shortest form. */
export function length(value: number): Buffer {
  if (value < 0xfb) return Buffer.from([value])
  if (value <= 0xffff) return Buffer.concat([Buffer.from([0xfc]), small(value)])
  if (value <= 0xff_ffff) return Buffer.from([0xfd, value & 0xff, (value >> 8) & 0xff, value >> 16])
  return long(BigInt(value))
}

/** A length-encoded number in its longest form. */
export function long(value: bigint): Buffer {
  const bytes = Buffer.alloc(9, 0xfe)
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value), 1)
  return bytes
}

/** A whole answer with rows of texts. */
export function rows(
  columns: readonly ColumnOptions[],
  values: readonly (readonly (string | null)[])[],
  status = 0,
): Buffer[] {
  return [
    length(columns.length),
    ...columns.map(column),
    eof(),
    ...values.map((row) => Buffer.concat(row.map((value) => (value === null ? Buffer.from([0xfb]) : coded(value))))),
    eof(status),
  ]
}

/** The answer to a preparation. */
export function prepared(id: number, columns: readonly ColumnOptions[], parameters: number): Buffer[] {
  const header = Buffer.alloc(12)
  header.writeUInt32LE(id, 1)
  header.writeUInt16LE(columns.length, 5)
  header.writeUInt16LE(parameters, 7)
  const described = Array.from({ length: parameters }, () => column({ name: '?' }))
  return [
    header,
    ...(parameters > 0 ? [...described, eof()] : []),
    ...(columns.length > 0 ? [...columns.map(column), eof()] : []),
  ]
}

export function small(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value & 0xffff)
  return bytes
}
