import type { PlantedFault } from '../search/plant.js'

const MONITOR = 'health/host-monitor.ts'
const PROBER = 'health/prober.ts'

export const hostFaults: readonly PlantedFault[] = [
  {
    name: 'a bad word over an old connection counts at once',
    life: 1,
    edits: [{ file: MONITOR, from: 'if (!lastWord && isWorse(', to: 'if (false && isWorse(' }],
  },
]
