import type { Figure, TrialResult } from '../benchmark.js'
import { timed } from '../observe/timed.js'
import { firstOf } from '../servers/host-access.js'
import type { Assignment } from '../trial.js'
import { CONNECTIONS } from './benchmark.js'
import { createAdapter } from './create-adapter.js'
import { PrismaClient } from '../generated/client.js'
import { type Load, LOADS } from './loads.js'
import type { AdapterSubjectName } from './subject-names.js'
import { emptyOrders } from './tables.js'

/** Milliseconds of each load: nobody measures the first ones, in which the compiler is at work. */
const DURATION = { warmUp: 1_500, full: 4_000, quick: 1_500 }

/** Measures one adapter under every load. */
export async function measureAdapters({ subject, access, quick }: Assignment): Promise<TrialResult> {
  await emptyOrders(access)
  const { adapter, configuration } = createAdapter(subject as AdapterSubjectName, firstOf(access), CONNECTIONS)
  const client = new PrismaClient({ adapter })
  const figures: Figure[] = []
  for (const load of LOADS) {
    const put = (metric: string, value: number) => figures.push({ case: load.case, metric, value })
    // Alone, so that what is learnt at the first request is learnt once.
    await load.request(client, 0)
    await run(client, load, DURATION.warmUp)
    let requests = 0
    const { cpu, wall } = await timed(async () => {
      requests = await run(client, load, quick ? DURATION.quick : DURATION.full)
    })
    put('throughput', (requests / wall) * 1_000)
    put('cpu', (cpu / requests) * 1_000)
    put('memory', process.resourceUsage().maxRSS / 1_024)
  }
  await client.$disconnect()
  return { configuration, figures }
}

/** Every caller sends its next request when it has the last answer. Resolves to how many were answered. */
async function run(client: PrismaClient, { callers, request }: Load, milliseconds: number): Promise<number> {
  const end = performance.now() + milliseconds
  let requests = 0
  const call = async (): Promise<void> => {
    while (performance.now() < end) await request(client, (requests += 1))
  }
  await Promise.all(Array.from({ length: callers }, call))
  return requests
}
