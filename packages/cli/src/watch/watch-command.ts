import { createPool, type Pool, type PoolOptions } from '@mysql-hostpool/core'

import { aborted } from '../aborted.js'
import { within } from '../deadline.js'
import { Secrets } from '../secrets.js'
import type { Terminal } from '../terminal.js'
import { coloursFor } from '../text/colours.js'
import { type News, onHostNews } from './host-news.js'
import { Reads } from './reads.js'
import { WatchLines } from './watch-lines.js'
import { WatchScreen } from './watch-screen.js'

export interface WatchOptions {
  /** The number of reads a second that are sent through the pool. */
  readonly reads: number
  readonly json: boolean
}

/** Milliseconds that the end of the pool may take. */
const ENDING = 1_500
const PERIOD = 1_000

/** A way to show the pool: JSON, plain lines, or a screen. */
interface View {
  news(news: News, time: Date): void
  second(time: Date): void
  end(): void
}

/**
 * Shows what a pool sees of its hosts, once a second, until the terminal's signal. Resolves to the exit status.
 * @throws ERR_HOSTPOOL_CONFIG
 */
export async function runWatch(
  given: PoolOptions | string,
  options: WatchOptions,
  terminal: Terminal,
): Promise<number> {
  const secrets = Secrets.of(given)
  const pool = createPool(given)
  const reads = new Reads(pool, options.reads)
  const view = viewOf(pool, reads, options, terminal)
  onHostNews(pool, (news) => view.news({ ...news, text: secrets.mask(news.text) }, new Date()))
  // The pool probes its hosts from its first use on, and this is the first use. The view shows the answers as they come.
  pool.check().catch(() => undefined)
  const timer = setInterval(() => {
    const failure = reads.takeError()
    if (failure !== undefined)
      view.news({ event: 'readFailed', host: undefined, text: secrets.mask(`a read failed: ${failure}`) }, new Date())
    view.second(new Date())
  }, PERIOD)
  try {
    await aborted(terminal.signal)
  } finally {
    clearInterval(timer)
    reads.stop()
    view.end()
    await within(pool.end(), ENDING).catch(() => undefined)
  }
  return 0
}

function viewOf(pool: Pool, reads: Reads, { json }: WatchOptions, terminal: Terminal): View {
  if (json) return jsonView(pool, reads, terminal)
  return terminal.interactive ? screenView(pool, reads, terminal) : lineView(pool, reads, terminal)
}

function jsonView(pool: Pool, reads: Reads, { write }: Terminal): View {
  let events: (News & { readonly time: string })[] = []
  return {
    news: (news, time) => void events.push({ time: time.toISOString(), ...news }),
    second: (time) => {
      write(`${JSON.stringify({ time: time.toISOString(), reads: reads.take(), events, ...pool.status() })}\n`)
      events = []
    },
    end: () => undefined,
  }
}

function lineView(pool: Pool, reads: Reads, { write }: Terminal): View {
  const lines = new WatchLines(pool.status())
  return {
    news: ({ text }, time) => write(`${lines.event(time, text)}\n`),
    second: (time) => write(`${lines.second(time, reads.take(), pool.status()).join('\n')}\n`),
    end: () => undefined,
  }
}

/** Replaces the picture of the second before: the cursor goes up by its lines, and everything below is cleared. */
function screenView(pool: Pool, reads: Reads, { write, size, colours }: Terminal): View {
  const screen = new WatchScreen(pool.status(), coloursFor(colours))
  let painted = 0
  write(HIDE_CURSOR)
  return {
    news: ({ text }, time) => screen.event(time, text),
    second: (time) => {
      const lines = screen.picture(time, reads.take(), pool.status(), size())
      write(`${painted === 0 ? '' : `\u001b[${painted}A\r`}${CLEAR_BELOW}${lines.join('\n')}\n`)
      painted = lines.length
    },
    end: () => write(SHOW_CURSOR),
  }
}

const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const CLEAR_BELOW = '\u001b[J'
