import type { EventLevel, PageEvent } from './page-message.js'

/** The most events that are kept. */
const CAPACITY = 100
/** An event that comes again within this many milliseconds of its first time is counted and takes no place of its own. */
const MERGED_WITHIN = 10_000

/** An event in words, before it has a place in the log. */
export interface Told {
  readonly level: EventLevel
  readonly text: string
  /** Events with the same key are equal. Default: the text. */
  readonly key?: string
}

interface Entry extends PageEvent {
  readonly key: string
  /** The version of the log at the last change of this entry. A reader remembers one version in place of all entries. */
  readonly version: number
}

/** The last events of a pool. A storm of equal ones takes one place, so it does not push out the event that caused it. */
export class EventLog {
  #entries: readonly Entry[] = []
  #version = 0

  /** @param at - a `Date.now()` time */
  add({ level, text, key = text }: Told, at: number): void {
    this.#version += 1
    const version = this.#version
    const index = this.#entries.findLastIndex((entry) => entry.key === key && at - entry.first < MERGED_WITHIN)
    const before = this.#entries[index]
    if (before === undefined) {
      const entry = { id: version, first: at, last: at, times: 1, level, text, key, version }
      this.#entries = [...this.#entries.slice(1 - CAPACITY), entry]
    } else {
      this.#entries = this.#entries.with(index, { ...before, last: at, times: before.times + 1, text, version })
    }
  }

  /** The version of the log, which each change raises: the position of a reader that has received everything. */
  get version(): number {
    return this.#version
  }

  /** The entries that changed after `version`, the oldest first. */
  since(version: number): readonly PageEvent[] {
    return this.#entries
      .filter((entry) => entry.version > version)
      .map(({ id, first, last, times, level, text }) => ({ id, first, last, times, level, text }))
  }
}
