/* oxlint-disable no-underscore-dangle -- the names are mysql2's */
import type { Field } from '../../../sql/statement.js'

/** A column as mysql2 keeps it. mysql2 reads the texts of a column when they are first used. */
interface Column {
  _buf: Buffer
  _clientEncoding: string
  _catalogLength: number
  _catalogStart: number
  _schemaLength: number
  _schemaStart: number
  _tableLength: number
  _tableStart: number
  _orgTableLength: number
  _orgTableStart: number
  _orgNameLength: number
  _orgNameStart: number
  characterSet: number
  encoding: string
  name: string
  columnLength: number
  columnType: number
  type: number
  flags: number
  decimals: number
  extendedTypeName?: string
  extendedFormat?: string
}

type ColumnClass = new (column: Column) => Column

let Copy: ColumnClass | undefined

/**
 * A copy of a column for one receiver, because applications rename columns in what they receive. The copy is written out for
 * speed: every column of every answer needs one.
 */
export function copyOfColumn(field: Field): Field {
  const column = field as unknown as Column
  Copy ??= copyClass(column)
  return new Copy(column) as unknown as Field
}

/** Makes the class of the copies. They have the prototype of mysql2's columns, which is only known from a first column. */
function copyClass(sample: Column): ColumnClass {
  // oxlint-disable-next-line no-extraneous-class -- only its instances matter: their prototype is mysql2's
  class ColumnCopy {
    constructor(column: Column) {
      const self = this as unknown as Column
      self._buf = column._buf
      self._clientEncoding = column._clientEncoding
      self._catalogLength = column._catalogLength
      self._catalogStart = column._catalogStart
      self._schemaLength = column._schemaLength
      self._schemaStart = column._schemaStart
      self._tableLength = column._tableLength
      self._tableStart = column._tableStart
      self._orgTableLength = column._orgTableLength
      self._orgTableStart = column._orgTableStart
      self._orgNameLength = column._orgNameLength
      self._orgNameStart = column._orgNameStart
      if (column.extendedTypeName !== undefined) self.extendedTypeName = column.extendedTypeName
      if (column.extendedFormat !== undefined) self.extendedFormat = column.extendedFormat
      self.characterSet = column.characterSet
      self.encoding = column.encoding
      self.name = column.name
      self.columnLength = column.columnLength
      self.columnType = column.columnType
      self.type = column.type
      self.flags = column.flags
      self.decimals = column.decimals
    }
  }
  Object.setPrototypeOf(ColumnCopy.prototype, Object.getPrototypeOf(sample) as object)
  // Code that reads the class name of a copy then finds mysql2's class.
  delete (ColumnCopy.prototype as { constructor?: unknown }).constructor
  return ColumnCopy as unknown as ColumnClass
}
