import type { Figure, TrialResult } from '../benchmark.js'
import { closedLoopInTurns, figuresUnder, type Schedule } from '../load/loops.js'
import { firstOf } from '../servers/host-access.js'
import type { Assignment, Turn } from '../trial.js'
import { createAdapter } from './create-adapter.js'
import { PrismaClient } from '../generated/client.js'
import { adapterLoads, clientLoads, CONNECTIONS, type Load } from './loads.js'
import type { AdapterSubjectName } from './subject-names.js'

const SLICES = {
  full: { warmUp: { operations: 1_500, milliseconds: 500 }, slices: 7, milliseconds: 60 },
  quick: { warmUp: { operations: 1_000, milliseconds: 400 }, slices: 6, milliseconds: 60 },
}

/** Measures one adapter under every load: within a client first, then by itself. */
export async function measureAdapters({ subject, access, quick }: Assignment, turn: Turn): Promise<TrialResult> {
  const slices = quick ? SLICES.quick : SLICES.full
  const host = firstOf(access)
  const { adapter: factory, configuration } = await createAdapter(subject as AdapterSubjectName, host, CONNECTIONS)
  const client = new PrismaClient({ adapter: factory })
  await emptyOrders(client)
  const figures: Figure[] = []
  for (const load of clientLoads(quick)) {
    figures.push(...(await measure(client, load, slices, turn)))
    figures.push({ case: load.case, metric: 'memory', value: process.resourceUsage().maxRSS / 1_024 })
  }
  await client.$disconnect()
  const adapter = await factory.connect()
  for (const load of adapterLoads(quick)) figures.push(...(await measure(adapter, load, slices, turn)))
  await adapter.dispose()
  return { configuration, figures }
}

async function measure<Target>(
  target: Target,
  { case: name, callers, request }: Load<Target>,
  slices: Schedule,
  turn: Turn,
): Promise<Figure[]> {
  let requests = 0
  // Alone, so that what is learnt at the first request is learnt once.
  await request(target, 0)
  const found = await closedLoopInTurns(() => request(target, (requests += 1)), callers, slices, turn)
  return figuresUnder(name, found)
}

/** Every trial finds tables of orders that are as small as for the others. */
async function emptyOrders(client: PrismaClient): Promise<void> {
  await client.$executeRaw`DELETE FROM bench_line`
  await client.$executeRaw`DELETE FROM bench_order`
}
