import { createConnection } from 'mysql2/promise'
import { it } from 'vitest'
import { access } from './setup/servers.js'
it('tells', async () => {
  const [host = '', port] = (access.hosts.split(',')[0] ?? '').split(':')
  const c = await createConnection({
    host,
    port: Number(port),
    user: access.user,
    password: access.password,
    database: access.database,
  })
  const raw = (c as any).connection
  let last: any
  const handle = raw.handlePacket.bind(raw)
  raw.handlePacket = (p: any) => {
    if (p) last = Buffer.from(p.buffer.subarray(p.offset, p.end))
    handle(p)
  }
  const one = async (sql: string) => JSON.stringify((await c.query(sql))[0])
  await c.query('CREATE TABLE IF NOT EXISTS zz (id INT AUTO_INCREMENT PRIMARY KEY, v INT)')
  await c.query('DELETE FROM zz')
  await c.query('INSERT INTO zz (v) VALUES (1),(2),(3)')
  console.log('= ping keeps?')
  await c.query("SELECT CAST('abc' AS SIGNED)")
  await c.ping()
  console.log('  ok packet', last.toString('hex'))
  console.log('  warnings', await one('SHOW WARNINGS'))
  await c.query('UPDATE zz SET v = v + 1')
  await c.ping()
  console.log('  row count', await one('SELECT ROW_COUNT()'))
  await c.query('SELECT SQL_CALC_FOUND_ROWS id FROM zz LIMIT 1')
  await c.ping()
  console.log('  found rows', await one('SELECT FOUND_ROWS()'))
  await c.query('BEGIN')
  await c.query('SELECT * FROM nope').catch(() => 0)
  await c.ping()
  console.log('  in tx ok packet', last.toString('hex'), await one('SHOW ERRORS'))
  await c.query('ROLLBACK')
  await c.query(
    'CREATE OR REPLACE PROCEDURE zzp() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END; INSERT INTO zz VALUES (1,1),(1,1); END',
  )
  await c.query('BEGIN')
  await c.query('UPDATE zz SET v=1')
  await c.query('CALL zzp()').catch((e: Error) => console.log('  call', e.message))
  await c.ping()
  console.log('  after rollback ok packet', last.toString('hex'), await one('SHOW WARNINGS'))
  console.log('= DO keeps?')
  await c.query("SELECT CAST('abc' AS SIGNED)")
  await c.query('DO 0')
  console.log('  warnings', await one('SHOW WARNINGS'))
  await c.query('INSERT INTO zz (v) VALUES (1),(2),(3)')
  await c.query('SELECT SQL_CALC_FOUND_ROWS id FROM zz LIMIT 1')
  await c.query('DO LAST_INSERT_ID(0)')
  console.log('  found rows', await one('SELECT FOUND_ROWS()'), await one('SELECT LAST_INSERT_ID() a, @@identity b'))
  await c.query('UPDATE zz SET v = v + 1')
  await c.query('DO LAST_INSERT_ID(0)')
  console.log('  row count', await one('SELECT ROW_COUNT()'))
  await c.query('INSERT INTO zz (v) VALUES (1)')
  await c.query('DO 0')
  console.log('  id after DO 0', await one('SELECT LAST_INSERT_ID() a'))
  await c.end()
})
