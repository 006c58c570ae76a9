import { createPool, isHostpoolError } from '@mysql-hostpool/core'
import type { ResultSetHeader } from '@mysql-hostpool/core'

interface Task {
  readonly id: number
  readonly title: string
  readonly done: 0 | 1
}

const url = process.env.DATABASE_URL
if (!url) throw new Error('Set DATABASE_URL, for example to mysql://app:secret@db1,db2,db3/test')

// The first statement connects, to any of the hosts. An option goes into the URL: …/test?connectionLimit=20
const pool = createPool(url)

// A log is all that an application needs to do about a host that goes down and comes back.
pool.on('hostDown', ({ host, reason }) => console.log(`host ${host} is down: ${reason}`))
pool.on('hostUp', ({ host }) => console.log(`host ${host} is up again`))

try {
  await pool.query('DROP TABLE IF EXISTS hostpool_example_task')
  await pool.query(`
    CREATE TABLE hostpool_example_task (
      id INT AUTO_INCREMENT PRIMARY KEY,
      title VARCHAR(100) NOT NULL,
      done BOOLEAN NOT NULL DEFAULT FALSE
    ) ENGINE=InnoDB`)

  // Values go in the place of question marks; they are escaped, so nobody can smuggle SQL in with them.
  const [inserted] = await pool.query<ResultSetHeader>('INSERT INTO hostpool_example_task (title) VALUES (?)', [
    'read this example',
  ])
  console.log(`inserted task ${inserted.insertId}`)

  // A prepared statement: parsed by the server once per connection.
  const [found] = await pool.execute<Task[]>('SELECT * FROM hostpool_example_task WHERE id = ?', [inserted.insertId])
  console.log(`found "${found[0]?.title}"`)

  // All or nothing. A deadlock, or a host lost before COMMIT was sent, runs the callback again: it should do nothing
  // that cannot be undone. Inside, everything is on one connection and so sees its own writes at once; outside, another
  // host of a cluster may show them a moment later.
  const open = await pool.transaction(
    async (transaction) => {
      await transaction.query('UPDATE hostpool_example_task SET done = TRUE WHERE id = ?', [inserted.insertId])
      await transaction.query('INSERT INTO hostpool_example_task (title) VALUES (?), (?)', ['copy it', 'change it'])
      const [tasks] = await transaction.query<Task[]>('SELECT * FROM hostpool_example_task WHERE NOT done ORDER BY id')
      return tasks.map(({ title }) => title)
    },
    { retry: true },
  )
  console.log(`still open: ${open.join(', ')}`)

  // A connection of one's own, for as long as the callback runs; rows come one by one, however many there are.
  await pool.withConnection(async (connection) => {
    let count = 0
    for await (const task of connection.stream('SELECT * FROM hostpool_example_task') as AsyncIterable<Task>) {
      count += task.done
    }
    console.log(`${count} done, counted on ${connection.host}`)
  })

  // Many at once share the connections there are (four by default), over all hosts.
  const names = await Promise.all(
    Array.from({ length: 40 }, () =>
      pool.withConnection(async (connection) => {
        await connection.query('SELECT SLEEP(0.01)')
        return connection.host
      }),
    ),
  )
  console.log(`40 queries at once were answered by ${[...new Set(names)].sort().join(', ')}`)

  // A server's error is mysql2's, with the host added; an error of the pool has a code of its own.
  try {
    await pool.query('SELECT * FROM hostpool_example_nothing')
  } catch (error) {
    if (isHostpoolError(error)) throw error
    console.log(`as expected: ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`)
  }

  const { connectionLimit, total, inUse } = pool.status()
  console.log(`${total} of at most ${connectionLimit} connections are open, ${inUse} in use`)
  await pool.query('DROP TABLE hostpool_example_task')
} finally {
  await pool.end()
}
console.log('done')
