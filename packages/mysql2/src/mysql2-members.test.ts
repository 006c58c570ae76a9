import { EventEmitter } from 'node:events'

import mysql from 'mysql2'
import mysqlPromise from 'mysql2/promise'
import { expect, expectTypeOf, test } from 'vitest'

import type { Mysql2Pool } from './mysql2-pool.js'
import { Pool } from './pool.js'
import { FakePool } from './testing/fake-pool.js'

/** What mysql2 keeps to itself, though its names do not say so. */
const INTERNAL = new Set<string | symbol>([
  'constructor',
  'write',
  'startTLS',
  'protocolError',
  'fatalError',
  'handlePacket',
  'addCommand',
])

/** The public members of a class of mysql2, its base classes included; mysql2 does not declare its classes. */
function membersOf(module: object, name: string): (string | symbol)[] {
  const original: unknown = Reflect.get(module, name)
  const names: (string | symbol)[] = []
  let owner: unknown = typeof original === 'function' ? original.prototype : undefined
  while (typeof owner === 'object' && owner !== null && owner !== EventEmitter.prototype) {
    names.push(...Reflect.ownKeys(owner))
    owner = Object.getPrototypeOf(owner)
  }
  return names.filter((member) => !String(member).startsWith('_') && !INTERNAL.has(member))
}

const pool = new Pool(new FakePool(), false, {})
const connection = await pool.lend()

test.each([
  ['Pool', mysql, pool],
  ['PoolConnection', mysql, connection],
  ['PromisePool', mysqlPromise, pool.promise()],
  ['PromisePoolConnection', mysqlPromise, connection.promise()],
])('every public member of %s is there', (name, module, ours) => {
  const members = membersOf(module, name)
  expect(members).toContain('query')
  expect(members.filter((member) => !(member in ours))).toEqual([])
})

test('the types are those of mysql2, on both sides', () => {
  expectTypeOf<Mysql2Pool>().toExtend<mysql.Pool>()
  expectTypeOf<ReturnType<Mysql2Pool['promise']>>().toExtend<mysqlPromise.Pool>()
})
