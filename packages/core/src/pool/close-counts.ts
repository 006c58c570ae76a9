import type { CloseReason } from './events.js'

/** Counts the closed connections by their close reason. */
export class CloseCounts {
  readonly #counts: Record<CloseReason, number> = {
    broken: 0,
    destroyed: 0,
    'idle timeout': 0,
    'max lifetime': 0,
    'max idle': 0,
    'host down': 0,
    draining: 0,
    'validation failed': 0,
    'clean-up failed': 0,
    'session changed': 0,
    rebalanced: 0,
    refreshed: 0,
    'server changed': 0,
    'login refused': 0,
    'room needed': 0,
    'pool ended': 0,
  }

  note(reason: CloseReason): void {
    this.#counts[reason] += 1
  }

  snapshot(): Readonly<Record<CloseReason, number>> {
    return Object.freeze({ ...this.#counts })
  }
}
