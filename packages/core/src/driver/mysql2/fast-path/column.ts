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
  // `this` is written out at each property: V8 counts them, and gives each copy its room at once.
  class ColumnCopy implements Column {
    declare _buf: Column['_buf']
    declare _clientEncoding: Column['_clientEncoding']
    declare _catalogLength: number
    declare _catalogStart: number
    declare _schemaLength: number
    declare _schemaStart: number
    declare _tableLength: number
    declare _tableStart: number
    declare _orgTableLength: number
    declare _orgTableStart: number
    declare _orgNameLength: number
    declare _orgNameStart: number
    declare characterSet: number
    declare encoding: string
    declare name: string
    declare columnLength: number
    declare columnType: number
    declare type: number
    declare flags: number
    declare decimals: number
    declare extendedTypeName?: string
    declare extendedFormat?: string

    constructor(column: Column) {
      this._buf = column._buf
      this._clientEncoding = column._clientEncoding
      this._catalogLength = column._catalogLength
      this._catalogStart = column._catalogStart
      this._schemaLength = column._schemaLength
      this._schemaStart = column._schemaStart
      this._tableLength = column._tableLength
      this._tableStart = column._tableStart
      this._orgTableLength = column._orgTableLength
      this._orgTableStart = column._orgTableStart
      this._orgNameLength = column._orgNameLength
      this._orgNameStart = column._orgNameStart
      if (column.extendedTypeName !== undefined) this.extendedTypeName = column.extendedTypeName
      if (column.extendedFormat !== undefined) this.extendedFormat = column.extendedFormat
      this.characterSet = column.characterSet
      this.encoding = column.encoding
      this.name = column.name
      this.columnLength = column.columnLength
      this.columnType = column.columnType
      this.type = column.type
      this.flags = column.flags
      this.decimals = column.decimals
    }
  }
  Object.setPrototypeOf(ColumnCopy.prototype, Object.getPrototypeOf(sample) as object)
  // Code that reads the class name of a copy then finds mysql2's class.
  delete (ColumnCopy.prototype as { constructor?: unknown }).constructor
  return ColumnCopy
}
