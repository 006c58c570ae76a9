import type { Figure, TrialResult } from '../benchmark.js'
import { timed } from '../observe/timed.js'
import { firstOf } from '../servers/host-access.js'
import type { Assignment } from '../trial.js'
import { CONNECTIONS } from './benchmark.js'
import { createAdapter } from './create-adapter.js'
import { PrismaClient } from '../generated/client.js'
import { adapterLoads, clientLoads, type Load } from './loads.js'
import type { AdapterSubjectName } from './subject-names.js'
import { emptyOrders } from './tables.js'

/** Milliseconds of each load: nobody measures the first ones, in which the compiler is at work. */
const DURATION = {
  full: { warmUp: 1_500, measured: 3_000 },
  quick: { warmUp: 400, measured: 500 },
}

/** Measures one adapter under every load: within a client first, then by itself. */
export async function measureAdapters({ subject, access, quick }: Assignment): Promise<TrialResult> {
  await emptyOrders(access)
  const duration = quick ? DURATION.quick : DURATION.full
  const { adapter: factory, configuration } = createAdapter(subject as AdapterSubjectName, firstOf(access), CONNECTIONS)
  const client = new PrismaClient({ adapter: factory })
  const figures: Figure[] = []
  for (const load of clientLoads(quick)) {
    figures.push(...(await measure(client, load, duration)))
    figures.push({ case: load.case, metric: 'memory', value: process.resourceUsage().maxRSS / 1_024 })
  }
  await client.$disconnect()
  const adapter = await factory.connect()
  for (const load of adapterLoads(quick)) figures.push(...(await measure(adapter, load, duration)))
  await adapter.dispose()
  return { configuration, figures }
}

async function measure<Target>(
  target: Target,
  load: Load<Target>,
  { warmUp, measured }: { readonly warmUp: number; readonly measured: number },
): Promise<Figure[]> {
  // Alone, so that what is learnt at the first request is learnt once.
  await load.request(target, 0)
  await run(target, load, warmUp)
  let requests = 0
  const { cpu, wall } = await timed(async () => {
    requests = await run(target, load, measured)
  })
  return [
    { case: load.case, metric: 'throughput', value: (requests / wall) * 1_000 },
    { case: load.case, metric: 'cpu', value: (cpu / requests) * 1_000 },
  ]
}

/** Every caller sends its next request when it has the last answer. Resolves to how many were answered. */
async function run<Target>(target: Target, { callers, request }: Load<Target>, milliseconds: number): Promise<number> {
  const end = performance.now() + milliseconds
  let requests = 0
  const call = async (): Promise<void> => {
    while (performance.now() < end) await request(target, (requests += 1))
  }
  await Promise.all(Array.from({ length: callers }, call))
  return requests
}
