import { PassThrough } from 'node:stream'

import { createConnection } from 'mysql2'
import { describe, expect, it, onTestFinished } from 'vitest'

import { OpenConnection } from '../../../testing/rogue/open-connection.js'
import { ok } from '../../../testing/rogue/wire.js'
import { isAsKnown } from './is-as-known.js'

/** mysql2's own commands, on a connection that never speaks. */
function commandOf(how: 'query' | 'execute'): Record<string, unknown> {
  const raw = createConnection({ stream: new PassThrough() })
  onTestFinished(() => raw.destroy())
  const command = how === 'query' ? raw.query('SELECT 1') : raw.execute('SELECT 1')
  return command as unknown as Record<string, unknown>
}

const connection = {
  addCommand: () => undefined,
  writePacket: () => undefined,
  format: () => '',
  _statements: {},
  packetParser: {},
  config: {},
}

describe.each(['query', 'execute'] as const)('mysql2’s command for %s', (how) => {
  const made = (): Record<string, unknown> => commandOf(how)

  it('is as the fast path knows it', () => expect(isAsKnown(made(), connection)).toBe(true))

  it.each([
    ['a method is gone', { resultsetHeader: undefined }],
    ['a method takes more', { readField: (_packet: unknown, _connection: unknown, _more: unknown) => null }],
    ['a method takes less', { doneInsert: () => null }],
  ])('is not when %s', (_what, changes) => {
    expect(isAsKnown(Object.assign(made(), changes), connection)).toBe(false)
  })

  it('is not when a field is gone', () => {
    const command = made()
    delete command['_rowParser']
    expect(isAsKnown(command, connection)).toBe(false)
  })

  it('is not on a connection that writes in another way', () => {
    expect(isAsKnown(made(), { ...connection, writePacket: undefined })).toBe(false)
  })
})

describe.each([true, false])('fastPath: %s', (fastPath) => {
  it.each(['query', 'execute'] as const)(
    'answers statements that are sent again, by %s, as the first time',
    async (how) => {
      const opened = await OpenConnection.open(() => [ok()], { fastPath })
      onTestFinished(() => opened.stop())
      const sql = `DELETE FROM fast_${fastPath}_${how}`
      const first = await opened.query(sql, undefined, {})
      for (let time = 0; time < 3; time += 1) expect(await opened.query(sql, undefined, {})).toEqual(first)
    },
  )
})
