import { describe, expect, it } from 'vitest'

import { factsWith, galeraFacts, galeraHost, groupHost, replicationHost } from '../../testing/facts.js'
import type { PoolPlan } from '../facts.js'
import type { Finding } from '../finding.js'
import { autoIncrement } from './auto-increment.js'
import { causalReads } from './causal-reads.js'
import { durability } from './durability.js'
import { idleTimeouts } from './idle-timeouts.js'
import { preparedLimits } from './prepared-limits.js'
import { serverVersions } from './server-versions.js'
import { settingsAlike } from './settings-alike.js'
import { sqlMode } from './sql-mode.js'
import { tables } from './tables.js'
import { time } from './time.js'
import { writeStall } from './write-stall.js'

const levels = (found: readonly Finding[]): readonly string[] => found.map(({ level }) => level)

/** What mends it begins so. */
const warning = (remedy: RegExp): unknown => expect.stringMatching(new RegExp(`^warning ${remedy.source}`))

describe('idle connections', () => {
  it.each<[waitTimeout: string, pool: Partial<PoolPlan>, expected: readonly unknown[]]>([
    ['28800', {}, []],
    ['61', {}, []],
    ['60', {}, [warning(/\?idleTimeout=48000/)]],
    ['30', {}, [warning(/\?idleTimeout=24000/)]],
    // No limit of rest: until they are too old.
    ['1801', { idleTimeout: 0 }, []],
    ['1800', { idleTimeout: 0 }, [warning(/\?idleTimeout=1440000/)]],
    ['28800', { idleTimeout: 0, maxLifetime: 0 }, [warning(/\?idleTimeout/)]],
    // Some are kept however long they rest.
    ['600', { minIdle: 2 }, [warning(/\?maxLifetime=480000/)]],
    ['1801', { minIdle: 2 }, []],
  ])('that the server closes after %s s, of a pool with %o', (wait_timeout, pool, expected) => {
    const found = idleTimeouts
      .run(galeraFacts({ session: { wait_timeout } }, pool))
      .filter(({ hosts }) => hosts.includes('db1:3306'))
    expect(found.map(({ level, remedy }) => `${level} ${remedy}`)).toEqual(expected)
  })
})

describe('prepared statements', () => {
  it.each<[processes: number, max: string, expected: readonly unknown[]]>([
    [63, '16382', []],
    [64, '16382', [warning(/\?maxPreparedStatements=63 /)]],
    [1, '0', [warning(/SET GLOBAL max_prepared_stmt_count/)]],
  ])('of %i processes on a server with room for %s', (processes, max_prepared_stmt_count, expected) => {
    const found = preparedLimits.run(
      factsWith([galeraHost(1, { variables: { max_prepared_stmt_count } })], { processes }),
    )
    expect(found.map(({ level, remedy }) => `${level} ${remedy}`)).toEqual(expected)
  })
})

describe('generated keys', () => {
  it('are a note where TypeORM would compute them wrongly, with the type that reads them', () => {
    expect(autoIncrement.run(galeraFacts())).toMatchObject([
      { level: 'note', remedy: expect.stringContaining("type: 'mariadb'") as string },
    ])
    const group = factsWith([groupHost(1, { variables: { auto_increment_increment: '7' } })])
    expect(autoIncrement.run(group)).toMatchObject([
      { level: 'note', remedy: expect.stringContaining('UUID') as string },
    ])
  })

  it('are a warning where two writers count alike', () => {
    const alike = { variables: { auto_increment_increment: '1', auto_increment_offset: '1' } }
    expect(autoIncrement.run(factsWith([galeraHost(1, alike), galeraHost(2, alike)]))).toMatchObject([
      { level: 'warning', hosts: ['db1:3306', 'db2:3306'] },
    ])
  })

  it('are nothing of a source and its replicas', () => {
    expect(autoIncrement.run(factsWith([1, 2].map((index) => replicationHost(index))))).toEqual([])
  })
})

describe('sql_mode', () => {
  it('is a warning where it differs, with what differs alone', () => {
    const [finding] = sqlMode.run(
      galeraFacts({ session: { sql_mode: 'NO_ENGINE_SUBSTITUTION,STRICT_TRANS_TABLES,ANSI_QUOTES' } }),
    )
    expect(finding).toMatchObject({
      level: 'warning',
      problem: 'sql_mode differs: ANSI_QUOTES on db1:3306; nothing more on db2:3306, db3:3306.',
    })
  })

  it('is the same in another order', () => {
    expect(sqlMode.run(galeraFacts({ session: { sql_mode: 'NO_ENGINE_SUBSTITUTION,STRICT_TRANS_TABLES' } }))).toEqual(
      [],
    )
  })

  it('is a note where nothing is strict', () => {
    expect(levels(sqlMode.run(factsWith([galeraHost(1, { session: { sql_mode: '' } })])))).toEqual(['note'])
  })
})

describe('time', () => {
  it('is a warning where zones differ, and none where they have two names', () => {
    expect(levels(time.run(galeraFacts({ session: { time_zone: '+02:00' } })))).toEqual(['warning'])
    expect(time.run(galeraFacts({ session: { time_zone: 'UTC' } }))).toEqual([])
  })

  it.each<[ahead: number, uncertainty: number, levels: readonly string[]]>([
    [900, 1, []],
    [2_000, 1, ['warning']],
    // The answer may have been under way for that long.
    [2_000, 1_500, []],
    [-30_000, 1, ['warning']],
  ])('of a clock that is %i ± %i ms ahead of the others', (ahead, uncertainty, expected) => {
    expect(levels(time.run(galeraFacts({ server: { clock: { ahead, uncertainty } } })))).toEqual(expected)
  })

  it('of this machine is a note where the servers agree on another one', () => {
    const late = { server: { clock: { ahead: 9_000, uncertainty: 1 } } }
    expect(levels(time.run(factsWith([galeraHost(1, late), galeraHost(2, late)])))).toEqual(['note'])
  })

  it('that could not be read is left out', () => {
    expect(time.run(galeraFacts({ server: { clock: undefined } }))).toEqual([])
  })
})

describe('the stall of writes', () => {
  const suspect = (text: string) => ({ variables: { wsrep_provider_options: `evs.suspect_timeout = ${text}; ` } })

  it.each<[string, readonly string[], string]>([
    ['PT5S', ['note'], 'about 5 s'],
    ['PT10S', ['note'], 'about 10 s'],
    ['PT15S', ['warning'], 'about 15 s'],
    ['PT1M30S', ['warning'], 'about 90 s'],
    ['PT0.5S', ['note', 'warning'], 'about 5 s'],
  ])('of evs.suspect_timeout %s', (text, expected, words) => {
    const found = writeStall.run(galeraFacts(suspect(text)))
    expect(levels(found)).toEqual(expected)
    expect(found[0]?.problem).toContain(words)
  })

  it('of a group is its suspicion and the time to expel', () => {
    const [finding] = writeStall.run(
      factsWith([groupHost(1, { variables: { group_replication_member_expel_timeout: '20' } })]),
    )
    expect(finding).toMatchObject({ level: 'warning', problem: expect.stringContaining('about 25 s') as string })
  })
})

describe('durability', () => {
  it.each<[Readonly<Record<string, string>>, number]>([
    [{ innodb_flush_log_at_trx_commit: '1' }, 0],
    [{ innodb_flush_log_at_trx_commit: '2' }, 1],
    [{ innodb_flush_log_at_trx_commit: '0' }, 1],
    [{ sync_binlog: '0' }, 0],
    [{ log_bin: 'ON', sync_binlog: '0' }, 1],
    [{ log_bin: '/var/log/mysql/bin', sync_binlog: '1' }, 0],
    [{ innodb_doublewrite: 'OFF' }, 1],
    [{ innodb_doublewrite: '0' }, 1],
  ])('of %o has %i findings: a note on Galera, else a warning', (variables, count) => {
    const expected = (level: string) => Array.from({ length: count }, () => level)
    expect(levels(durability.run(factsWith([galeraHost(1, { variables })])))).toEqual(expected('note'))
    expect(levels(durability.run(factsWith([replicationHost(1, { variables })])))).toEqual(expected('warning'))
  })
})

describe('tables', () => {
  const notInnoDb = [{ table: 'shop.old', engine: 'MyISAM' }]

  it.each([
    ['Galera', galeraHost(1), 'error', 'warning'],
    ['a group', groupHost(1), 'error', 'error'],
    ['replicas', replicationHost(1), 'warning', 'warning'],
  ])('of another engine, and without a key, on %s', (_, host, engine, key) => {
    expect(tables.run(factsWith([host], {}, { notInnoDb }))).toMatchObject([
      { level: engine, remedy: 'ALTER TABLE `shop`.`old` ENGINE = InnoDB;' },
    ])
    expect(levels(tables.run(factsWith([host], {}, { keyless: ['shop.a'] })))).toEqual([key])
  })

  it('that are many are told by some, and names are quoted', () => {
    const keyless = Array.from({ length: 9 }, (_, index) => `shop.a\`${index}`)
    const [finding] = tables.run(galeraFacts({}, {}, { keyless }))
    expect(finding?.problem).toMatch(/^9 tables are .* and 4 more\.$/)
    expect(finding?.remedy).toMatch(/^ALTER TABLE `shop`\.`a``0` ADD/)
  })
})

describe('server versions', () => {
  it.each<[string, readonly string[]]>([
    ['10.11.18-MariaDB', []],
    ['10.11.10-MariaDB', ['note']],
    ['11.4.2-MariaDB', ['warning']],
    ['8.4.0', ['warning']],
  ])('of 10.11.18-MariaDB and %s', (version, expected) => {
    expect(levels(serverVersions.run(galeraFacts({ server: { version } })))).toEqual(expected)
  })
})

describe('reads after writes', () => {
  it.each<[string, readonly string[]]>([
    ['0', ['note']],
    ['1', []],
    ['7', []],
    ['2', ['note']],
  ])('with wsrep_sync_wait %s', (wsrep_sync_wait, expected) => {
    expect(levels(causalReads.run(galeraFacts({ session: { wsrep_sync_wait } })))).toEqual(expected)
  })

  it('are told of a group that does not wait, and of replicas', () => {
    const eventual = { session: { group_replication_consistency: 'EVENTUAL' } }
    expect(levels(causalReads.run(factsWith([groupHost(1, eventual)])))).toEqual(['note'])
    expect(levels(causalReads.run(factsWith([replicationHost(1), replicationHost(2)])))).toEqual(['note'])
  })
})

describe('settings that are to be the same', () => {
  it.each([
    ['max_allowed_packet', '1024'],
    ['collation_server', 'latin1_swedish_ci'],
  ])('%s is a warning where it differs', (name, value) => {
    expect(settingsAlike.run(galeraFacts({ variables: { [name]: value } }))).toMatchObject([{ level: 'warning' }])
  })

  it('are the same by their old and new names, and by ON and 1', () => {
    const one = galeraHost(1, { variables: { tx_isolation: 'REPEATABLE-READ', explicit_defaults_for_timestamp: 'ON' } })
    const other = galeraHost(2, {
      variables: { transaction_isolation: 'REPEATABLE-READ', explicit_defaults_for_timestamp: '1' },
    })
    expect(settingsAlike.run(factsWith([one, other]))).toEqual([])
  })
})
