import type { Field } from '@mysql-hostpool/core'
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import { expect, test } from 'vitest'

import { describeColumn, WireType } from './column.js'

function field(columnType: number, more: Partial<Field> = {}): Field {
  return {
    name: 'c',
    orgName: 'c',
    table: 't',
    orgTable: 't',
    schema: 's',
    columnType,
    type: columnType,
    flags: 0,
    decimals: 0,
    columnLength: 10,
    characterSet: 63,
    encoding: 'binary',
    ...more,
  }
}

const utf8 = { characterSet: 224, encoding: 'utf8' }

test.each([
  ['TINYINT', field(WireType.tiny), 'Int32'],
  ['SMALLINT', field(WireType.short), 'Int32'],
  ['MEDIUMINT UNSIGNED', field(WireType.mediumint, { flags: 0x20 }), 'Int32'],
  ['INT', field(WireType.long), 'Int32'],
  ['INT UNSIGNED', field(WireType.long, { flags: 0x20 }), 'Int64'],
  ['BIGINT', field(WireType.bigint), 'Int64'],
  ['YEAR', field(WireType.year, { flags: 0x60 }), 'Int32'],
  ['DECIMAL', field(WireType.newDecimal), 'Numeric'],
  ['FLOAT', field(WireType.float), 'Float'],
  ['DOUBLE', field(WireType.double), 'Double'],
  ['DATE', field(WireType.date), 'Date'],
  ['TIME', field(WireType.time), 'DateTime'],
  ['DATETIME', field(WireType.datetime), 'DateTime'],
  ['TIMESTAMP', field(WireType.timestamp), 'DateTime'],
  ['VARCHAR', field(WireType.varString, utf8), 'Text'],
  ['CHAR with a binary collation', field(WireType.string, { flags: 0x80, characterSet: 46 }), 'Text'],
  ['TEXT', field(WireType.blob, utf8), 'Text'],
  ['BINARY', field(WireType.string), 'Bytes'],
  ['VARBINARY', field(WireType.varString), 'Bytes'],
  ['BLOB', field(WireType.blob), 'Bytes'],
  ['BIT', field(WireType.bit), 'Bytes'],
  ['GEOMETRY', field(WireType.geometry), 'Bytes'],
  ['VECTOR of MySQL', field(WireType.vector), 'Bytes'],
  ['ENUM', field(WireType.string, { ...utf8, flags: 0x100 }), 'Enum'],
  ['SET', field(WireType.string, { ...utf8, flags: 0x800 }), 'Set'],
  ['JSON of MySQL', field(WireType.json), 'Json'],
  ['JSON of MariaDB', field(WireType.blob, { ...utf8, extendedFormat: 'json' }), 'Json'],
  ['UUID of MariaDB', field(WireType.string, { ...utf8, extendedTypeName: 'uuid' }), 'Text'],
  ['NULL', field(WireType.null), 'Int32'],
] as const)('%s', (_, column, type) => {
  expect(describeColumn(column).type).toBe(ColumnTypeEnum[type])
})

test('a type that nobody knows is refused by name', () => {
  expect(() => describeColumn(field(200))).toThrow(
    expect.objectContaining({ cause: { kind: 'UnsupportedNativeDataType', type: 'wire type 200' } }),
  )
})

test('a vector gives back the bytes of its floats', () => {
  const convert = describeColumn(field(WireType.vector)).convert
  expect(convert?.([1, -0.5], 'v')).toEqual(Buffer.from([0, 0, 128, 63, 0, 0, 0, 191]))
})
