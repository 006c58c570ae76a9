import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'

import mysql from 'mysql2'
import mysqlPromise from 'mysql2/promise'
import { describe, expect, expectTypeOf, test } from 'vitest'

import type { Mysql2Pool } from './mysql2-pool.js'
import { Pool } from './pool.js'
import { FakePool } from './testing/fake-pool.js'
import { acquire } from './testing/facade.js'
import { tableOf } from './testing/table.js'

/** What mysql2 keeps to itself, though its names do not say so: its classes' own way to the wire. */
const INTERNAL: ReadonlySet<string> = new Set([
  'constructor',
  'write',
  'startTLS',
  'protocolError',
  'fatalError',
  'handlePacket',
  'addCommand',
  'serverCapabilityFlags',
  'sequenceId',
  'compressedSequenceId',
  'packetParser',
  'clientEncoding',
  'serverEncoding',
  'connectTimeout',
  'lastActiveTime',
  'connectionId',
])

/** The public members of an object, its own and those of its classes, down to EventEmitter. */
function membersOf(object: object): string[] {
  const names = new Set<string | symbol>()
  for (let owner: unknown = object; isOfAClass(owner); owner = Object.getPrototypeOf(owner)) {
    for (const name of Reflect.ownKeys(owner)) names.add(name)
  }
  for (const name of Reflect.ownKeys(new EventEmitter())) names.delete(name)
  return [...names].map(String).filter((name) => !name.startsWith('_') && !/shapeMode/.test(name))
}

function isOfAClass(owner: unknown): owner is object {
  return typeof owner === 'object' && owner !== null && owner !== EventEmitter.prototype && owner !== Object.prototype
}

/** mysql2 does not declare its classes. */
function madeBy(module: object, name: string, ...given: readonly unknown[]): object {
  const constructor: unknown = Reflect.get(module, name)
  if (typeof constructor !== 'function') throw new Error(`mysql2 has no class ${name}`)
  return Reflect.construct(constructor, given) as object
}

// None of them connects: pools wait for a first statement, and the connection talks to itself.
const stock = mysql.createPool({ host: 'db1' })
const { connectionConfig } = stock.config as unknown as { readonly connectionConfig: object }
const stockConnection = madeBy(mysql, 'PoolConnection', stock, {
  config: Object.assign(Object.create(connectionConfig) as object, { stream: new PassThrough() }),
})
const ours = new Pool(new FakePool(), false, {})
const connection = await acquire(ours)

const sides: readonly (readonly [name: string, stock: object, ours: object, beside: readonly string[]])[] = [
  ['Pool', stock, ours, ['hostpool']],
  ['PoolConnection', stockConnection, connection, ['lease']],
  ['PromisePool', stock.promise(), ours.promise(), []],
  ['PromisePoolConnection', madeBy(mysqlPromise, 'PromisePoolConnection', stockConnection), connection.promise(), []],
]

describe.each(sides)('%s', (_name, theirs, facade, beside) => {
  const members = membersOf(theirs).filter((member) => !INTERNAL.has(member))

  test('has every public member that mysql2 has', () => {
    expect(members).toContain('query')
    expect(members.filter((member) => !membersOf(facade).includes(member))).toEqual([])
  })

  test('has no member that mysql2 has not, but for what is documented', () => {
    const inMysql2 = new Set(membersOf(theirs))
    expect(membersOf(facade).filter((member) => member !== 'constructor' && !inMysql2.has(member))).toEqual(beside)
  })

  test('has a function where mysql2 has one, and only there', () => {
    const kinds = (owner: object): unknown[] =>
      members.map((name) => [name, typeof valueIn(owner, name) === 'function'])
    expect(kinds(facade)).toEqual(kinds(theirs))
  })
})

test('the members of mysql2 and of this facade, side by side', () => {
  const rows = sides.flatMap(([name, theirs, facade]) => {
    const [inMysql2, inShape] = [new Set(membersOf(theirs)), new Set(membersOf(facade))]
    return [...new Set([...inMysql2, ...inShape])]
      .toSorted()
      .filter((member) => member !== 'constructor')
      .map((member) => [name, member, yesOrNo(inMysql2.has(member)), yesOrNo(inShape.has(member))])
  })
  process.stdout.write(tableOf(['class', 'member', 'mysql2', 'mysql-hostpool'], rows))
  expect(rows.length).toBeGreaterThan(80)
})

test('the types are those of mysql2, on both sides', () => {
  expectTypeOf<Mysql2Pool>().toExtend<mysql.Pool>()
  expectTypeOf<ReturnType<Mysql2Pool['promise']>>().toExtend<mysqlPromise.Pool>()
})

function valueIn(owner: object, name: string): unknown {
  const symbol = [Symbol.dispose, Symbol.asyncDispose].find((one) => String(one) === name)
  return Reflect.get(owner, symbol ?? name) as unknown
}

function yesOrNo(is: boolean): string {
  return is ? 'yes' : 'no'
}
