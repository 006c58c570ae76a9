import { createPool } from '@mysql-hostpool/core'
import type { Pool } from '@mysql-hostpool/core'
import { typeormDriver } from '@mysql-hostpool/typeorm'
import { DataSource, EntitySchema, OptimisticLockVersionMismatchError } from 'typeorm'
import type { EntitySubscriberInterface, InsertEvent, QueryFailedError, UpdateEvent } from 'typeorm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { freshDatabase } from './setup/fresh-database.js'
import type { TestDatabase } from './setup/fresh-database.js'
import { access } from './setup/servers.js'
import { Author, entities } from './typeorm/entities.js'

interface Letter {
  id: number
  text: string
  deletedAt: Date | null
}

interface Place {
  id: number
  spot: string
  area: string | null
}

interface Folder {
  id: number
  name: string
  parent?: Folder | null
  children?: Folder[]
}

const id = { type: 'int', primary: true, generated: 'increment' } as const

const LetterEntity = new EntitySchema<Letter>({
  name: 'letter',
  columns: {
    id,
    text: { type: 'varchar', length: 100 },
    deletedAt: { type: 'datetime', precision: 3, nullable: true, deleteDate: true },
  },
})

const PlaceEntity = new EntitySchema<Place>({
  name: 'place',
  columns: { id, spot: { type: 'point' }, area: { type: 'polygon', nullable: true } },
  indices: [{ columns: ['spot'], spatial: true }],
})

const folders = (['closure-table', 'materialized-path', 'nested-set'] as const).map(
  (type) =>
    new EntitySchema<Folder>({
      name: `folder_${type.replace('-', '_')}`,
      columns: { id, name: { type: 'varchar', length: 50 } },
      trees: [{ type }],
      relations: {
        parent: { type: 'many-to-one', target: `folder_${type.replace('-', '_')}`, treeParent: true, nullable: true },
        children: {
          type: 'one-to-many',
          target: `folder_${type.replace('-', '_')}`,
          treeChildren: true,
          cascade: true,
        },
      },
    }),
)

let config: TestDatabase
let pool: Pool
let source: DataSource

beforeAll(async () => {
  config = await freshDatabase('typeorm_features')
  pool = createPool(config)
  source = new DataSource({
    type: 'mariadb',
    driver: typeormDriver(pool),
    entities: [...entities, LetterEntity, PlaceEntity, ...folders],
    synchronize: true,
  })
  await source.initialize()
})

afterAll(async () => {
  if (source?.isInitialized) await source.destroy()
  await pool?.end()
})

test('subscribers hear of what is written, in its transaction', async () => {
  const heard: unknown[] = []
  const subscriber: EntitySubscriberInterface<Author> = {
    listenTo: () => Author,
    beforeInsert: ({ entity }: InsertEvent<Author>) => {
      entity.name = entity.name.trim()
    },
    afterInsert: async ({ manager, entity }: InsertEvent<Author>) => {
      heard.push(['inserted', await manager.countBy(Author, { name: entity.name })])
    },
    afterUpdate: ({ entity }: UpdateEvent<Author>) => {
      heard.push(['updated', entity?.['name']])
    },
    afterTransactionCommit: () => {
      heard.push('committed')
    },
  }
  source.subscribers.push(subscriber)
  try {
    const author = await source.getRepository(Author).save(Object.assign(new Author(), { name: ' Heard ' }))
    author.name = 'Heard of'
    await source.getRepository(Author).save(author)
  } finally {
    source.subscribers.splice(source.subscribers.indexOf(subscriber), 1)
  }
  expect(heard).toEqual([['inserted', 1], 'committed', ['updated', 'Heard of'], 'committed'])
})

test('a repository with methods of its own has them in transactions, too', async () => {
  const authors = source.getRepository(Author).extend({
    named(name: string) {
      return this.findOneBy({ name })
    },
  })
  await source.transaction(async (manager) => {
    const inside = manager.withRepository(authors)
    await inside.insert({ name: 'Custom' })
    expect(await inside.named('Custom')).toMatchObject({ name: 'Custom' })
    expect(await authors.named('Custom')).toBeNull()
  })
  expect(await authors.named('Custom')).toMatchObject({ name: 'Custom' })
})

test('what is deleted softly is hidden, and comes back', async () => {
  const letters = source.getRepository(LetterEntity)
  const letter = await letters.save({ text: 'dear' })
  await letters.softRemove(letter)
  expect(await letters.findOneBy({ id: letter.id })).toBeNull()
  const hidden = await letters.findOneOrFail({ where: { id: letter.id }, withDeleted: true })
  expect(hidden.deletedAt).toBeInstanceOf(Date)
  await letters.restore(letter.id)
  expect(await letters.findOneBy({ id: letter.id })).toMatchObject({ text: 'dear', deletedAt: null })
})

test('geometry goes there and back, and is found by its place', async () => {
  const places = source.getRepository(PlaceEntity)
  const place = { spot: 'POINT(1.5 2.25)', area: 'POLYGON((0 0,4 0,4 4,0 4,0 0))' }
  const { id: placeId } = await places.save({ ...place })
  expect(await places.findOneByOrFail({ id: placeId })).toEqual({ id: placeId, ...place })
  const found = await places.createQueryBuilder('place').where('ST_Contains(place.area, place.spot)').getMany()
  expect(found).toHaveLength(1)
})

describe.each(folders.map((entity) => [entity.options.name, entity] as const))('a tree kept as %s', (_name, entity) => {
  test('is saved and read with its descendants and ancestors', async () => {
    const trees = source.getTreeRepository(entity)
    const root = await trees.save(trees.create({ name: 'root' }))
    const child = await trees.save(trees.create({ name: 'child', parent: root }))
    await trees.save(trees.create({ name: 'grandchild', parent: child }))
    const [tree] = await trees.findTrees()
    expect(tree).toMatchObject({ name: 'root', children: [{ name: 'child', children: [{ name: 'grandchild' }] }] })
    expect(await trees.countDescendants(root)).toBe(3)
    const grandchild = await trees.findOneByOrFail({ name: 'grandchild' })
    const ancestors = await trees.findAncestors(grandchild)
    expect(ancestors.map(({ name }) => name).sort()).toEqual(['child', 'grandchild', 'root'])
  })
})

describe('locks', () => {
  // Locks are a node's own: both sides have to be on the same one.
  const sameNode = async (work: (other: DataSource) => Promise<void>): Promise<void> => {
    const one = createPool({ ...config, host: access.hosts.split(',')[0], connectionLimit: 4 })
    const other = new DataSource({ type: 'mariadb', driver: typeormDriver(one), entities })
    await other.initialize()
    try {
      await work(other)
    } finally {
      await other.destroy()
      await one.end()
    }
  }

  test.each([
    ['nowait', 'error 1205'],
    ['skip_locked', '0 rows'],
  ] as const)('what another one has locked is not waited for: %s gives %s', async (onLocked, expected) => {
    await sameNode(async (other) => {
      const author = await other.getRepository(Author).save(Object.assign(new Author(), { name: 'Locked' }))
      const where = { id: author.id }
      await other.transaction(async (manager) => {
        await manager.findOneOrFail(Author, { where, lock: { mode: 'pessimistic_write' } })
        const outcome = await other
          .transaction((second) => second.find(Author, { where, lock: { mode: 'pessimistic_write', onLocked } }))
          .then(
            (found) => `${found.length} rows`,
            (error: QueryFailedError & { errno: number }) => `error ${error.errno}`,
          )
        expect(outcome).toBe(expected)
      })
    })
  })

  test('a shared lock can be held by two, an optimistic one notices the other', async () => {
    await sameNode(async (other) => {
      const author = await other.getRepository(Author).save(Object.assign(new Author(), { name: 'Shared' }))
      const where = { id: author.id }
      const lock = { mode: 'pessimistic_read' } as const
      await other.transaction(async (manager) => {
        await manager.findOneOrFail(Author, { where, lock })
        await other.transaction((second) => second.findOneOrFail(Author, { where, lock }))
      })
      await other.getRepository(Author).update(where, { name: 'changed' })
      const stale = other
        .getRepository(Author)
        .findOne({ where, lock: { mode: 'optimistic', version: author.version } })
      await expect(stale).rejects.toBeInstanceOf(OptimisticLockVersionMismatchError)
    })
  })
})
