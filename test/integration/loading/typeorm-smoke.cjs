// What an application does with TypeORM, whichever version of it, however it was loaded. Resolves to what it saw.

/** TypeORM's module, this project's two, a type of DataSource, and a URL. */
exports.smoke = async function smoke(
  { DataSource, EntitySchema },
  { createPool, typeormDriver, retryTransaction },
  type,
  url,
) {
  const Item = new EntitySchema({
    name: `smoke_${type}`,
    columns: {
      id: { type: 'int', primary: true, generated: 'increment' },
      name: { type: 'varchar', length: 50 },
      big: { type: 'bigint' },
      day: { type: 'date' },
      note: { type: 'json', nullable: true },
    },
  })
  const pool = createPool(url)
  const replication = { master: {}, slaves: [{}] }
  const options = { type, driver: typeormDriver(pool), entities: [Item], synchronize: true, dropSchema: true }
  const source = new DataSource(options)
  const replicated = new DataSource({ ...options, synchronize: false, dropSchema: false, replication })
  const owner = new DataSource({ ...options, driver: typeormDriver(url), synchronize: false, dropSchema: false })
  const seen = {}
  try {
    await source.initialize()
    const items = source.getRepository(Item)
    const saved = await items.save([
      { name: 'one', big: '9223372036854775807', day: '2026-02-28', note: { list: [1, 'two'] } },
      { name: 'two', big: '2', day: '2026-03-01', note: 'text' },
    ])
    seen.read = await Promise.all(saved.map(({ id }) => items.findOneByOrFail({ id })))
    seen.updated = (await items.update({ name: 'two' }, { name: 'three' })).affected
    seen.rolledBack = await source
      .transaction(async (manager) => {
        await manager.delete(Item, { name: 'three' })
        throw new Error('changed my mind')
      })
      .catch((error) => error.message)
    let runs = 0
    await retryTransaction(source, async (manager) => {
      runs += 1
      await manager.insert(Item, { name: 'four', big: '4', day: '2026-03-02' })
      if (runs === 1) await manager.query("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213")
    })
    seen.runs = runs
    seen.streamed = []
    for await (const row of await items.createQueryBuilder('i').select('i.name', 'name').orderBy('i.id').stream()) {
      seen.streamed.push(row.name)
    }
    seen.failed = await source.query('SELECT nothing FROM nowhere').catch((error) => error.code)
    await replicated.initialize()
    await owner.initialize()
    seen.counts = [await replicated.getRepository(Item).count(), await owner.getRepository(Item).count()]
  } finally {
    for (const one of [owner, replicated, source]) if (one.isInitialized) await one.destroy()
    await pool.end()
  }
  return seen
}
