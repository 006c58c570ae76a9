import { describe, expect, it, onTestFinished } from 'vitest'

import { OpenConnection } from '../../../testing/rogue/open-connection.js'
import { Column, rows } from '../../../testing/rogue/wire.js'
import type { Field } from '../../../sql/statement.js'
import { copyOfColumn } from './column.js'

/** A column as mysql2 makes it. */
async function column(name: string): Promise<Field> {
  const opened = await OpenConnection.open(() => rows([{ name, type: Column.json, charset: 63 }], []))
  onTestFinished(() => opened.stop())
  const { fields } = await opened.query(`SELECT ${name}, ${Math.random()}`)
  const [field] = fields ?? []
  if (field === undefined) throw new Error('there is no column')
  return field
}

/** Whatever an application can ask of it. */
function asked(field: Field): unknown {
  const { name, orgName, table, orgTable, schema, columnType, type, flags, decimals } = field
  const { columnLength, characterSet, encoding, extendedFormat, extendedTypeName } = field
  const own = Object.keys(field).filter((key) => !key.endsWith('Value'))
  return {
    own,
    read: [name, orgName, table, orgTable, schema, columnType, type, flags, decimals],
    more: [columnLength, characterSet, encoding, extendedFormat, extendedTypeName],
    shown: JSON.stringify((field as unknown as { inspect(): unknown }).inspect()),
  }
}

describe('a copy of a column', () => {
  it('tells what the column tells, before and after it was asked', async () => {
    const original = await column('a')
    const early = copyOfColumn(original)
    const told = asked(original)
    expect(asked(early)).toEqual(told)
    expect(asked(copyOfColumn(original))).toEqual(told)
    expect(asked(copyOfColumn(early))).toEqual(told)
  })

  it('is of mysql2’s class', async () => {
    const original = await column('b')
    expect(copyOfColumn(original).constructor).toBe(original.constructor)
    expect(copyOfColumn(original)).toBeInstanceOf(original.constructor)
  })

  it('is another object: what is changed in one is not in the other', async () => {
    const original = await column('c')
    const copy = copyOfColumn(original) as { name: string; columnType: number }
    copy.name = 'mine'
    copy.columnType = Column.long
    expect(original).toMatchObject({ name: 'c', columnType: Column.json })
    expect(copyOfColumn(original)).toMatchObject({ name: 'c', columnType: Column.json })
  })

  it('keeps what only MariaDB tells', async () => {
    const original = Object.assign(await column('d'), { extendedFormat: 'json', extendedTypeName: 'inet6' })
    expect(copyOfColumn(original)).toMatchObject({ extendedFormat: 'json', extendedTypeName: 'inet6' })
  })
})
