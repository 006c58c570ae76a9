import { type Field, type ResultSetHeader, statementVerb } from '@mysql-hostpool/core'
import type { ColumnType, SqlResultSet } from '@prisma/driver-adapter-utils'

import { type Convert, describeColumn } from './column.js'

/** Core's result of a statement, with rows or without. */
export interface RawResult {
  readonly result: unknown
  readonly fields: unknown
}

/** An answer in Prisma's form. Rows are changed in place, and only in the columns that need a conversion. */
export function toResultSet(raw: RawResult): SqlResultSet {
  const { rows, fields, header } = firstResult(raw)
  if (fields === undefined) return { columnNames: [], columnTypes: [], rows: [], ...lastInsertId(header) }
  const columnNames: string[] = []
  const columnTypes: ColumnType[] = []
  const converts: (readonly [index: number, convert: Convert])[] = []
  for (const [index, field] of fields.entries()) {
    const column = describeColumn(field)
    columnNames.push(field.name)
    columnTypes.push(column.type)
    if (column.convert !== undefined) converts.push([index, column.convert])
  }
  for (const [index, convert] of converts) convertColumn(rows, index, convert, columnNames[index] ?? '')
  return { columnNames, columnTypes, rows }
}

/** `Rows matched: 3  Changed: 1  Warnings: 0`, in any language of the server. */
const UPDATE_INFO = /^\D*(\d+)\D+\d+\D+\d+\D*$/

/**
 * The number of rows that a statement matched; 0 for a statement with rows. Prisma takes a row that is not counted for a
 * missing row. Without FOUND_ROWS, which the `flags` of a shared pool may leave out, the server does not count rows that an
 * UPDATE matches and leaves unchanged. So the number of an UPDATE is read from the text beside its count.
 */
export function toAffectedRows(raw: RawResult, sql: string): number {
  const { header } = firstResult(raw)
  if (header === undefined) return 0
  const matched = statementVerb(sql) === 'update' ? UPDATE_INFO.exec(header.info)?.[1] : undefined
  return matched === undefined ? header.affectedRows : Number(matched)
}

/** The columns of an answer; none for an answer without rows. */
export function fieldsOf(raw: RawResult): readonly Field[] {
  return firstResult(raw).fields ?? []
}

function convertColumn(rows: unknown[][], index: number, convert: Convert, column: string): void {
  for (const row of rows) {
    const value = row[index]
    if (value !== null) row[index] = convert(value, column)
  }
}

interface OneResult {
  readonly rows: unknown[][]
  readonly fields: readonly Field[] | undefined
  readonly header: ResultSetHeader | undefined
}

/**
 * The result for Prisma. A procedure returns several results, the last one without rows; Prisma can show one, and gets the
 * first with rows.
 */
function firstResult({ result, fields }: RawResult): OneResult {
  if (isFields(fields)) return withRows(result, fields)
  if (!Array.isArray(fields)) return withoutRows(result)
  const results: unknown[] = Array.isArray(result) ? result : []
  const columnsOfEach: readonly unknown[] = fields
  const index = columnsOfEach.findIndex(isFields)
  const columns = columnsOfEach[index]
  return isFields(columns) ? withRows(results[index], columns) : withoutRows(results.at(-1))
}

function withRows(result: unknown, fields: readonly Field[]): OneResult {
  return { rows: isRows(result) ? result : [], fields, header: undefined }
}

function withoutRows(result: unknown): OneResult {
  return { rows: [], fields: undefined, header: isHeader(result) ? result : undefined }
}

// The driver's answers have these three forms and no other; one look tells them apart.

function isFields(value: unknown): value is readonly Field[] {
  return Array.isArray(value) && value[0] !== undefined && !Array.isArray(value[0])
}

function isRows(value: unknown): value is unknown[][] {
  return Array.isArray(value)
}

function isHeader(value: unknown): value is ResultSetHeader {
  return typeof value === 'object' && value !== null && 'affectedRows' in value
}

function lastInsertId(header: ResultSetHeader | undefined): Pick<SqlResultSet, 'lastInsertId'> {
  return header === undefined ? {} : { lastInsertId: String(header.insertId) }
}
