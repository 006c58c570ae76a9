import { protocolViolation } from './protocol-violation.js'

/** The largest number of digits of an integer; ZEROFILL pads with zeros up to this number. */
const MOST_DIGITS = 255

/** The deepest nesting of geometry collections; real ones nest two or three deep. */
const DEEPEST_GEOMETRY = 64

/** The parts of mysql2's packet that are checked; its methods read the cells of a row. */
interface CellReader {
  offset: number
  readLengthCodedBuffer(): Buffer | null
  readLengthCodedNumberExt(tag: number | undefined, strings?: boolean, signed?: boolean): unknown
  parseIntNoBigCheck(length: number | string | null): unknown
  parseGeometryValue(): unknown
}

/** The last error of a check. mysql2 catches an error of a row, tells the command, and reads on. */
let refused: Error | undefined

/** The error of a cell that was refused since the last call. */
export function takeRefusal(): Error | undefined {
  const error = refused
  refused = undefined
  return error
}

/** The checking prototype for each of mysql2's packet prototypes; a process has one per copy of mysql2. */
const checked = new WeakMap<object, object>()

/**
 * Makes mysql2's packet object check lengths and counts from the server before it believes them. Unchecked, mysql2 runs loops
 * as long as such a length, and makes lists as long as such a count.
 */
export function checkCells(packet: object): void {
  const plain = Object.getPrototypeOf(packet) as CellReader
  let careful = checked.get(plain)
  if (careful === undefined) {
    careful = carefulReader(plain)
    checked.set(plain, careful)
    // A packet that is already checked stays as it is.
    checked.set(careful, careful)
  }
  Object.setPrototypeOf(packet, careful)
}

function carefulReader(plain: CellReader): object {
  const methods: ThisType<CellReader> & Omit<CellReader, 'offset' | 'readLengthCodedBuffer'> = {
    parseIntNoBigCheck(length) {
      // mysql2 turns a length beyond a safe number into a string.
      if (length !== null && Number(length) > MOST_DIGITS) throw refusal(`an integer has ${length} digits`)
      return plain.parseIntNoBigCheck.call(this, length)
    },
    parseGeometryValue() {
      const { offset } = this
      const value = this.readLengthCodedBuffer()
      this.offset = offset
      if (value !== null && value.length > 4 && !isSoundGeometry(value)) {
        throw refusal('a geometry has more parts than bytes')
      }
      return plain.parseGeometryValue.call(this)
    },
    readLengthCodedNumberExt(tag, strings, signed) {
      // For such a tag mysql2 writes a stack trace to the console.
      if (tag === undefined || tag === 0xff) throw refusal('a length is missing')
      return plain.readLengthCodedNumberExt.call(this, tag, strings, signed)
    },
  }
  return Object.assign(Object.create(plain) as object, methods)
}

function refusal(what: string): Error {
  refused = protocolViolation(what)
  return refused
}

/** Whether each geometry of a collection begins inside the value: mysql2 makes an entry for every announced geometry. */
function isSoundGeometry(value: Buffer): boolean {
  let at = 4
  const number = (little: boolean): number => {
    at += 4
    return little ? value.readUInt32LE(at - 4) : value.readUInt32BE(at - 4)
  }
  const read = (depth: number): boolean => {
    if (at + 9 > value.length) {
      at = value.length
      return true
    }
    const little = value[at] !== 0
    at += 1
    const type = number(little)
    if (type < 1 || type > 7) return true
    if (type === 1) at += 16
    else if (type === 2) at += 4 + 16 * value[little ? 'readUInt32LE' : 'readUInt32BE'](at)
    else if (type === 3) {
      for (let rings = number(little); rings > 0 && at + 4 <= value.length; rings -= 1) at += 16 * number(little)
    } else {
      for (let parts = number(little); parts > 0; parts -= 1) {
        if (depth > DEEPEST_GEOMETRY || at + 5 > value.length || !read(depth + 1)) return false
      }
    }
    return true
  }
  return read(0)
}
