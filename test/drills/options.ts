import { parseArgs } from 'node:util'
import { errorMessage } from '../cluster/error-text.js'
import type { BooksOptions } from './books/run-rounds.js'
import { UsageError, wholeNumber } from '../program/arguments.js'
import { DRILLS, DRILLS_OF, type DrillName, FAULT_WORDS } from './drill-names.js'
import { SERVER_KINDS, type ServerKind } from './server-kind.js'
import { PEERS, type SubjectName, THROUGH } from './subjects/subject.js'

const RATE = 80
const SEEDS = 2 ** 31
/** With as many writes as this, those that Galera stalls after a kill would take every connection of an ordinary pool. */
const MANY = 200

/** What the command line asks for. */
export interface DrillOptions {
  readonly servers: ServerKind
  /** The drills, in their order, each at a rate in requests per second. */
  readonly runs: readonly { readonly drill: DrillName; readonly rate: number }[]
  readonly connections: number
  readonly seconds: number
  readonly json: boolean
  readonly subjects: readonly SubjectName[]
  /** The file for a chart of the reads, of the one drill that there is then. */
  readonly chart?: string
  /** In place of the drills: what writers are told is compared with what the servers have. */
  readonly books?: BooksOptions
}

export const USAGE = `usage: npm run drill -- [drill ...] [options]

  drill            default: all that there are for the servers
${DRILLS.map((name) => `    ${name.padEnd(10)}   ${FAULT_WORDS[name]}\n`).join('')}
  --rate N         requests a second, every fifth of them a write, 1 to 5000; can be given several times.
                   Default: ${RATE}, and for kill ${MANY} as well
  --connections N  the pool's connectionLimit, 3 to 300; default 30
  --seconds N      how long a fault lasts, 3 to 300; default 15
  --peers          puts other libraries' pools under the same load and the same faults: ${PEERS.join(', ')}
  --peer NAME      the same with one of them; can be given several times
  --chart FILE     draws what became of the reads as an SVG; for one drill at one rate
  --through NAME   how requests reach this project's pool: ${THROUGH.join(', ')}; default pool, which is by itself;
                   given several times, each is a pool of its own, and all are under load at once
  --servers NAME   what runs on the three nodes; default galera. MySQL is downloaded if need be. Faults of one node are its own:
                   a single server for all writes is spared, unless the drill is about that
    mysql               Group Replication, all nodes take writes: ${DRILLS_OF.mysql.join(', ')}
    mysql-single        Group Replication, one node takes writes: ${DRILLS_OF['mysql-single'].join(', ')}
    replication         a MariaDB source with two replicas: ${DRILLS_OF.replication.join(', ')}
    mysql-replication   a MySQL source with two replicas: the same
  --json           the result as JSON on the standard output, and all else on the standard error
                   (npm itself is silent with: npm run --silent drill -- --json)

In place of the drills, on Galera: many writers write in all the ways there are, through the pool, mysql2's shape,
TypeORM and Prisma. In each round a node fails some milliseconds after a burst of COMMITs. Then what each writer was told
is compared with the rows on all nodes.
  --partitions N   rounds in which a node is cut off from the others, 0 to 1000
  --kills N        rounds in which a node is killed with kill -9
  --freezes N      rounds in which a node is frozen with SIGSTOP for 1 to 15 s, and woken
  --seed N         of all choices; default: another one each time, which is printed

exit status: 0 all targets met, no claim false; 3 some missed, and nothing worse; 1 something was lost or left behind, a
claim was false, or the drills could not be run; 2 wrong usage
`

/** @throws UsageError */
export function readOptions(args: readonly string[]): DrillOptions | 'help' {
  const { values, positionals } = parse(args)
  if (values.help) return 'help'
  const books = readBooks(values, positionals)
  const servers = oneOf('--servers', values.servers ?? 'galera', SERVER_KINDS)
  const chosen = positionals.map((name) => drillName(name, servers))
  const drills = chosen.length === 0 ? DRILLS_OF[servers] : chosen
  const rates = values.rate?.map((rate) => wholeNumber('--rate', rate, 1, 5000))
  const peers = new Set((values.peer ?? []).map((name) => oneOf('--peer', name, PEERS)))
  const through = new Set((values.through ?? ['pool']).map((name) => oneOf('--through', name, THROUGH)))
  const runs = rates
    ? rates.flatMap((rate) => drills.map((drill) => ({ drill, rate })))
    : drills.flatMap((drill) => (drill === 'kill' ? [RATE, MANY] : [RATE]).map((rate) => ({ drill, rate })))
  if (values.chart !== undefined && runs.length !== 1) {
    throw new UsageError(`--chart is for one drill at one rate, as in: kill --rate ${MANY} --chart ${values.chart}`)
  }
  return {
    servers,
    runs,
    connections: wholeNumber('--connections', values.connections ?? '30', 3, 300),
    seconds: wholeNumber('--seconds', values.seconds ?? '15', 3, 300),
    json: values.json ?? false,
    subjects: [...[...through].map(ownSubject), ...PEERS.filter((name) => values.peers || peers.has(name))],
    ...(values.chart !== undefined && { chart: values.chart }),
    ...(books && { books }),
  }
}

/** What measures nothing has no rate, and what is false is so on any servers: other options would be without effect. */
const WITH_BOOKS: ReadonlySet<string> = new Set(['partitions', 'kills', 'freezes', 'seed'])

function readBooks(values: ReturnType<typeof parse>['values'], drills: readonly string[]): BooksOptions | undefined {
  const rounds = (name: 'partitions' | 'kills' | 'freezes') => wholeNumber(`--${name}`, values[name] ?? '0', 0, 1000)
  const all = { partition: rounds('partitions'), kill: rounds('kills'), freeze: rounds('freezes') }
  if (all.partition + all.kill + all.freeze === 0) {
    if (values.seed !== undefined) throw new UsageError('--seed is for --partitions, --kills and --freezes')
    return undefined
  }
  const others = [...drills, ...Object.keys(values).filter((name) => !WITH_BOOKS.has(name))]
  if (others.length > 0) {
    throw new UsageError(
      `--partitions, --kills and --freezes go only with each other and with --seed, not with ${others[0]}`,
    )
  }
  const seed = values.seed === undefined ? Date.now() % SEEDS : wholeNumber('--seed', values.seed, 0, SEEDS - 1)
  return { rounds: all, seed }
}

function ownSubject(through: (typeof THROUGH)[number]): SubjectName {
  return through === 'pool' ? 'hostpool' : `hostpool-${through}`
}

function drillName(given: string, servers: ServerKind): DrillName {
  const known = DRILLS_OF[servers]
  const name = known.find((drill) => drill === given)
  if (name !== undefined) return name
  const where = servers === 'galera' ? '' : ` with --servers ${servers}`
  throw new UsageError(`there is no drill "${given}"${where}; there are ${known.join(', ')}`)
}

function oneOf<T extends string>(option: string, given: string, known: readonly T[]): T {
  const found = known.find((each) => each === given)
  if (found === undefined) throw new UsageError(`${option} is "${given}"; it must be one of ${known.join(', ')}`)
  return found
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        rate: { type: 'string', multiple: true },
        connections: { type: 'string' },
        seconds: { type: 'string' },
        servers: { type: 'string' },
        through: { type: 'string', multiple: true },
        peers: { type: 'boolean' },
        peer: { type: 'string', multiple: true },
        chart: { type: 'string' },
        partitions: { type: 'string' },
        kills: { type: 'string' },
        freezes: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError(errorMessage(error), { cause: error })
  }
}
