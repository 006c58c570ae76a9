import type { ServerAnswer } from '@mysql-hostpool/core'

const SAMPLES = 3

export interface ClockReading {
  /** Milliseconds that the server's clock is ahead of this machine's. */
  readonly ahead: number
  /** The largest error of `ahead` in milliseconds: half of the shortest round trip. */
  readonly uncertainty: number
}

/** Compares the server's clock with this machine's. Of several readings the one with the shortest round trip counts. */
export async function clockOf(ask: (sql: string) => Promise<ServerAnswer>): Promise<ClockReading> {
  let best: ClockReading | undefined
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const before = performance.timeOrigin + performance.now()
    const { rows } = await ask('SELECT UTC_TIMESTAMP(6)')
    const after = performance.timeOrigin + performance.now()
    const reading = readClock(String(rows[0]?.[0] ?? ''), before, after)
    if (best === undefined || reading.uncertainty < best.uncertainty) best = reading
  }
  if (best === undefined) throw new Error('no reading')
  return best
}

/** @throws where the text is no time */
export function readClock(text: string, before: number, after: number): ClockReading {
  const [, day, time, fraction = '0'] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?$/.exec(text) ?? []
  const whole = day === undefined || time === undefined ? NaN : Date.parse(`${day}T${time}Z`)
  if (Number.isNaN(whole)) throw new Error(`its clock says ${JSON.stringify(text)}`)
  const server = whole + Number(`0.${fraction}`) * 1000
  return { ahead: server - (before + after) / 2, uncertainty: (after - before) / 2 }
}
