import type { PlantedFault } from '../search/plant.js'

const MONITOR = 'health/host-monitor.ts'
const PROBER = 'health/prober.ts'

export const hostFaults: readonly PlantedFault[] = [
  {
    name: 'a bad word over an old connection counts at once',
    life: 638,
    edits: [{ file: MONITOR, from: 'if (!lastWord && isWorse(', to: 'if (!lastWord && result.usable && isWorse(' }],
  },
  {
    name: 'an old connection that breaks is a dead host',
    life: 8,
    edits: [
      {
        file: PROBER,
        from: "if (round.fresh === 'refused') this.#fail(",
        to: "if (round.fresh !== 'asked') this.#fail(",
      },
    ],
  },
  {
    name: 'an old connection that is silent is a dead host',
    life: 579,
    edits: [
      {
        file: PROBER,
        from: "if (round.fresh === 'no') this.#after(health.timeout * DOUBTED_AFTER, () => this.#askFresh(round))",
        to: 'this.#after(health.timeout, () => this.#giveUp(round, health.timeout))',
      },
    ],
  },
  {
    name: 'the old connection is asked for ever',
    life: 74,
    edits: [
      {
        file: PROBER,
        from: 'if (kept?.alive !== true || fresh) this.#askFresh(round)',
        to: 'if (kept?.alive !== true) this.#askFresh(round)',
      },
    ],
  },
  {
    name: 'without probes nothing asks a read-only host again',
    life: 1,
    edits: [
      {
        file: MONITOR,
        from: 'return isWell(condition) ? undefined : Math.min(',
        to: "return condition.health === 'up' ? undefined : Math.min(",
      },
      {
        file: MONITOR,
        from: 'this.requestCheck({ fresh: true })\n  }\n\n  #probe',
        to: "this.requestCheck({ cause: 'noticed' })\n  }\n\n  #probe",
      },
      {
        file: MONITOR,
        from: "return cause === 'noticed' && !isWell(this.#host.condition)",
        to: "return cause === 'noticed' && this.#host.state === 'down'",
      },
    ],
  },
  {
    name: 'refusals that no setting explains are believed for ever',
    life: 81,
    edits: [
      {
        file: 'health/refusals.ts',
        from: 'return now < this.#notedAt + this.#held',
        to: 'return this.#held > 0 && now >= this.#notedAt',
      },
    ],
  },
  {
    name: 'a connect that began before the last good word counts',
    life: 5241,
    edits: [{ file: MONITOR, from: 'if (startedAt < this.#goodFrom) {', to: 'if (startedAt < 0) {' }],
  },
  {
    name: 'a new session that is ended is a dead host',
    life: 23,
    edits: [{ file: MONITOR, from: 'const MOST_ENDINGS = 3', to: 'const MOST_ENDINGS = 0' }],
  },
  {
    name: 'a host that is down keeps what it holds',
    life: 343,
    edits: [
      {
        file: 'pool/unresponsive-hosts.ts',
        from: 'if (hostPool.host.downAt > since) return',
        to: 'if (since > 0) return',
      },
    ],
  },
  {
    name: 'a node outside its cluster is one on its own',
    life: 74,
    edits: [
      {
        file: 'hosts/belonging.ts',
        from: 'if (cluster === undefined) return',
        to: 'if (known.apart === false) return',
      },
    ],
  },
  {
    name: 'a connection to a node outside its cluster goes on',
    life: 8273,
    edits: [
      {
        file: 'pool/host-changes.ts',
        from: 'if (host.condition.hung || host.condition.astray)',
        to: 'if (host.condition.hung)',
      },
    ],
  },
  {
    name: 'a refused login makes a host that was down one that is up',
    life: 21,
    edits: [
      {
        file: 'hosts/host-condition.ts',
        from: '  const isBarred = ',
        to: '  if (mayServe) return { ...initialCondition, contacted, reason: words }\n  const isBarred = ',
      },
    ],
  },
  {
    name: 'a source that comes back is a source, whatever has taken its place',
    life: 270,
    edits: [
      {
        file: 'hosts/succession.ts',
        from: "objection: successor(at, name, others, 'everything') }",
        to: 'objection: undefined }',
      },
    ],
  },
  {
    name: 'a privilege that is revoked takes back what was known of a source',
    life: 3734,
    edits: [
      {
        file: 'health/examine-succession.ts',
        from: 'if (sources === undefined) {',
        to: 'if (sources === undefined) {\n    if (self !== undefined) return result',
      },
    ],
  },
  {
    name: 'connections to the server that an address led to before stay',
    life: 60,
    edits: [
      {
        file: 'hosts/host-set.ts',
        from: 'if (host.removed || host.trustedFrom >= openedAt) return',
        to: 'if (host.removed || openedAt > 0) return',
      },
    ],
  },
]
