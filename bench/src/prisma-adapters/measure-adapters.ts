import type { Figure, TrialResult } from '../benchmark.js'
import { closedLoop, closedLoopInTurns, figuresUnder, type Schedule } from '../load/loops.js'
import { firstOf } from '../servers/host-access.js'
import type { Assignment, Turn } from '../trial.js'
import { createAdapter } from './create-adapter.js'
import { PrismaClient } from '../generated/client.js'
import { adapterLoads, clientLoads, CONNECTIONS, type Load } from './loads.js'
import type { AdapterSubjectName } from './subject-names.js'

const SCHEDULE: Schedule = { warmUp: { operations: 200, milliseconds: 100 }, slices: 8, milliseconds: 150 }

/** Measures one adapter under every load: within a client first, then by itself. */
export async function measureAdapters({ subject, access, quick }: Assignment, turn: Turn): Promise<TrialResult> {
  const host = firstOf(access)
  const { adapter: factory, configuration } = await createAdapter(subject as AdapterSubjectName, host, CONNECTIONS)
  const client = new PrismaClient({ adapter: factory })
  await emptyOrders(client)
  const figures: Figure[] = []
  for (const load of clientLoads(quick)) {
    await turn()
    await warmUp(client, load)
    figures.push({ case: load.case, metric: 'memory', value: process.resourceUsage().maxRSS / 1_024 })
  }
  for (const load of clientLoads(quick)) figures.push(...(await measure(client, load, turn)))
  await client.$disconnect()
  const adapter = await factory.connect()
  for (const load of adapterLoads(quick)) {
    await turn()
    await warmUp(adapter, load)
    figures.push(...(await measure(adapter, load, turn)))
  }
  await adapter.dispose()
  return { configuration, figures }
}

/** The same work for every adapter: what it takes of the processor and of memory differs, and counts. */
async function warmUp<Target>(target: Target, { callers, warmUp, request }: Load<Target>): Promise<void> {
  let requests = 0
  // Alone, so that what is learnt at the first request is learnt once.
  await request(target, 0)
  await closedLoop(() => request(target, (requests += 1)), callers, warmUp, Infinity)
}

async function measure<Target>(
  target: Target,
  { case: name, callers, request }: Load<Target>,
  turn: Turn,
): Promise<Figure[]> {
  let requests = 0
  return figuresUnder(name, await closedLoopInTurns(() => request(target, (requests += 1)), callers, SCHEDULE, turn))
}

/** Every trial finds tables of orders that are as small as for the others. */
async function emptyOrders(client: PrismaClient): Promise<void> {
  await client.$executeRaw`DELETE FROM bench_line`
  await client.$executeRaw`DELETE FROM bench_order`
}
