import type { Field, ResultSetHeader } from '@mysql-hostpool/core'
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import { expect, test } from 'vitest'

import { WireType } from './column.js'
import { toAffectedRows, toResultSet } from './result-set.js'

function field(name: string, columnType: number): Field {
  return {
    name,
    columnType,
    type: columnType,
    orgName: name,
    table: 't',
    orgTable: 't',
    schema: 's',
    flags: 0,
    decimals: 0,
    columnLength: 10,
    characterSet: 224,
    encoding: 'utf8',
  }
}

const header: ResultSetHeader = {
  affectedRows: 3,
  insertId: 7,
  changedRows: 0,
  info: '',
  serverStatus: 2,
  warningStatus: 0,
}

test('only the columns that need it are converted, in the rows that came, and NULL stays NULL', () => {
  const rows = [
    [1, '2024-01-02 03:04:05', 'a'],
    [2, null, 'b'],
  ]
  const fields = [field('id', WireType.long), field('at', WireType.datetime), field('name', WireType.varString)]
  const answer = toResultSet({ result: rows, fields })
  expect(answer).toEqual({
    columnNames: ['id', 'at', 'name'],
    columnTypes: [ColumnTypeEnum.Int32, ColumnTypeEnum.DateTime, ColumnTypeEnum.Text],
    rows: [
      [1, Date.parse('2024-01-02T03:04:05Z'), 'a'],
      [2, null, 'b'],
    ],
  })
  expect(answer.rows).toBe(rows)
})

test('two columns of one name both stay', () => {
  const fields = [field('id', WireType.long), field('id', WireType.long)]
  expect(toResultSet({ result: [[1, 2]], fields }).rows).toEqual([[1, 2]])
})

test('a write answers with the generated key as text, however large', () => {
  expect(toResultSet({ result: header, fields: undefined })).toEqual({
    columnNames: [],
    columnTypes: [],
    rows: [],
    lastInsertId: '7',
  })
  const large = { ...header, insertId: '9007199254740993' }
  expect(toResultSet({ result: large, fields: undefined }).lastInsertId).toBe('9007199254740993')
})

test('a write tells how many rows it matched, a read none', () => {
  expect(toAffectedRows({ result: header, fields: undefined }, 'DELETE FROM t')).toBe(3)
  expect(toAffectedRows({ result: [[1]], fields: [field('a', WireType.long)] }, 'SELECT 1')).toBe(0)
})

test('of the several results of a procedure the first with rows is shown', () => {
  const fields = [undefined, [field('a', WireType.long)], [field('b', WireType.long)], undefined]
  const answer = toResultSet({ result: [header, [[1]], [[2]], header], fields })
  expect(answer.columnNames).toEqual(['a'])
  expect(answer.rows).toEqual([[1]])
})

test('an empty result still has its columns', () => {
  expect(toResultSet({ result: [], fields: [field('a', WireType.long)] }).columnNames).toEqual(['a'])
})

test.each([
  ['UPDATE `t` SET a = 1', 'Rows matched: 3  Changed: 1  Warnings: 0', 3],
  [' update t set a = 1', 'Datensätze gefunden: 12  Geändert: 0  Warnungen: 0', 12],
  ['UPDATE t SET a = 1', '', 1],
  ['INSERT INTO t VALUES (1), (2)', 'Records: 2  Duplicates: 0  Warnings: 0', 1],
])('what %s has matched, where the server counts changed rows and says "%s", is %i', (sql, info, matched) => {
  const result = { ...header, affectedRows: 1, info }
  expect(toAffectedRows({ result, fields: undefined }, sql)).toBe(matched)
})
