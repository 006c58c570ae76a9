import type { PlantedFault } from '../search/plant.js'

const MONITOR = 'health/host-monitor.ts'
const PROBER = 'health/prober.ts'

export const hostFaults: readonly PlantedFault[] = [
  {
    name: 'a bad word over an old connection counts at once',
    life: 1268,
    edits: [{ file: MONITOR, from: 'if (!lastWord && isWorse(', to: 'if (!lastWord && verdict.usable && isWorse(' }],
  },
  {
    name: 'an old connection that breaks is a dead host',
    life: 2,
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
    life: 549,
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
    life: 63,
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
    life: 7,
    edits: [
      {
        file: MONITOR,
        from: 'return isWell(condition) ? undefined : Math.min(',
        to: "return condition.health === 'up' ? undefined : Math.min(",
      },
      {
        file: MONITOR,
        from: 'this.requestCheck({ fresh: true })\n  }\n\n  #probe',
        to: 'this.kick()\n  }\n\n  #probe',
      },
      {
        file: MONITOR,
        from: 'if (this.#health.probe !== false || !isWell(this.#host.condition)) this.requestCheck(request)',
        to: "if (this.#health.probe !== false || this.#host.state === 'down') this.requestCheck(request)",
      },
    ],
  },
  {
    name: 'refusals that no setting explains are believed for ever',
    life: 15,
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
    life: 898,
    edits: [{ file: MONITOR, from: 'if (startedAt < this.#goodFrom) {', to: 'if (startedAt < 0) {' }],
  },
  {
    name: 'a new session that is ended is a dead host',
    life: 2,
    edits: [{ file: MONITOR, from: 'const MOST_ENDINGS = 3', to: 'const MOST_ENDINGS = 0' }],
  },
  {
    name: 'a host that is down keeps what it holds',
    life: 558,
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
    life: 120,
    edits: [
      {
        file: 'hosts/belonging.ts',
        from: 'if (cluster === undefined) return',
        to: 'if (known.apart === false) return',
      },
    ],
  },
  {
    name: 'what is inUse of a node outside its cluster goes on',
    life: 200_387,
    edits: [
      {
        file: 'pool/host-changes.ts',
        from: 'if (host.condition.hung || host.condition.astray)',
        to: 'if (host.condition.hung)',
      },
    ],
  },
  {
    name: 'connections to the server that an address led to before stay',
    life: 29,
    edits: [
      {
        file: 'hosts/host-set.ts',
        from: 'if (host.removed || host.trustedFrom >= openedAt) return',
        to: 'if (host.removed || openedAt > 0) return',
      },
    ],
  },
]
