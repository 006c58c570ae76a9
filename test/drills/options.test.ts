import { expect, test } from 'vitest'
import { UsageError } from '../program/arguments.js'
import { DRILLS_OF } from './drill-names.js'
import { readOptions } from './options.js'

test('without arguments all drills run, at 80 requests a second, on this project’s pool alone, and kill at 200 as well', () => {
  const [kill, ...others] = DRILLS_OF.galera
  expect(readOptions([])).toEqual({
    servers: 'galera',
    runs: [{ drill: kill, rate: 80 }, { drill: kill, rate: 200 }, ...others.map((drill) => ({ drill, rate: 80 }))],
    connections: 30,
    seconds: 15,
    json: false,
    subjects: ['hostpool'],
  })
})

test('drills, several rates and the other pools can be asked for', () => {
  const options = readOptions(['freeze', 'kill', '--rate', '80', '--rate', '500', '--peers'])
  expect(options).toMatchObject({
    runs: [
      { drill: 'freeze', rate: 80 },
      { drill: 'kill', rate: 80 },
      { drill: 'freeze', rate: 500 },
      { drill: 'kill', rate: 500 },
    ],
    subjects: ['hostpool', 'mysql2', 'mysql2-tuned', 'mariadb', 'mariadb-tuned'],
  })
})

test('one of the other pools can be asked for by its name, in the order that they have', () => {
  const options = readOptions(['kill', '--peer', 'mysql2-tuned', '--peer', 'mysql2'])
  expect(options).toMatchObject({ subjects: ['hostpool', 'mysql2', 'mysql2-tuned'] })
  expect(() => readOptions(['--peer', 'mysql3'])).toThrow(/--peer is "mysql3".*mysql2-tuned/)
})

test('a chart is of one drill at one rate', () => {
  expect(readOptions(['kill', '--rate', '200', '--chart', 'kill.svg'])).toMatchObject({ chart: 'kill.svg' })
  expect(() => readOptions(['kill', '--chart', 'kill.svg'])).toThrow(/--chart is for one drill at one rate/)
})

test('a drill that does not exist is refused by its name, and those that exist are named', () => {
  expect(() => readOptions(['frieze'])).toThrow(UsageError)
  expect(() => readOptions(['frieze'])).toThrow(/"frieze".*freeze/)
})

test('the pool can be drilled through a library, alone or beside others, each once', () => {
  expect(readOptions(['--through', 'prisma'])).toMatchObject({ subjects: ['hostpool-prisma'] })
  const beside = readOptions([
    '--through',
    'prisma',
    '--through',
    'pool',
    '--through',
    'typeorm',
    '--through',
    'prisma',
  ])
  expect(beside).toMatchObject({ subjects: ['hostpool-prisma', 'hostpool', 'hostpool-typeorm'] })
})

test('other servers have the drills that are not about Galera', () => {
  expect(readOptions(['--servers', 'mysql', '--rate', '80'])).toMatchObject({
    servers: 'mysql',
    runs: ['kill', 'freeze', 'majority'].map((drill) => ({ drill, rate: 80 })),
  })
  expect(() => readOptions(['reject', '--servers', 'mysql'])).toThrow(/"reject" with --servers mysql.*kill/)
})

test('a source with replicas, and a group with one primary, have the drills that are about these', () => {
  const drills = ['kill', 'freeze', 'lag', 'stopped', 'switch', 'promotion', 'returning']
  for (const servers of ['replication', 'mysql-replication']) {
    const runs = drills.map((drill) => ({ drill, rate: 80 }))
    expect(readOptions(['--servers', servers, '--rate', '80'])).toMatchObject({ servers, runs })
  }
  expect(readOptions(['switch', '--servers', 'mysql-single'])).toMatchObject({ runs: [{ drill: 'switch' }] })
  expect(() => readOptions(['switch', '--servers', 'mysql'])).toThrow(/"switch" with --servers mysql/)
  expect(() => readOptions(['promotion'])).toThrow(UsageError)
})

test('rounds of books are asked for by their faults, with a seed or with one that is made up', () => {
  expect(readOptions(['--partitions', '20', '--kills', '3', '--seed', '7'])).toMatchObject({
    books: { rounds: { partition: 20, kill: 3, freeze: 0 }, seed: 7 },
  })
  expect(readOptions(['--freezes', '1'])).toMatchObject({ books: { seed: expect.any(Number) } })
})

test.each([
  [['--partitions', '2', '--rate', '80']],
  [['--kills', '2', 'freeze']],
  [['--freezes', 'all']],
  [['--seed', '3']],
  [['--seconds', '0']],
  [['--servers', 'oracle']],
  [['--through', 'sequelize']],
  [['--rate', 'fast']],
  [['--rate', '80', '--rate', '0']],
  [['--connections', '2']],
  [['--unknown']],
])('%j is refused', (args) => {
  expect(() => readOptions(args)).toThrow(UsageError)
})
