const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

export function count(value: number): string {
  return whole.format(value)
}

/** Milliseconds, with a digit more where they are few. */
export function latency(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) return '–'
  return `${(milliseconds < 10 ? oneDigit : whole).format(milliseconds)} ms`
}

export function rate(perSecond: number | undefined): string {
  if (perSecond === undefined) return '–'
  return `${(perSecond < 10 ? oneDigit : whole).format(perSecond)}/s`
}

/** The time since a moment, in words. */
export function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`
}

/** The time of day in the time zone of the browser, with the day for any day but today. */
export function timeOfDay(at: number, now: number): string {
  const date = new Date(at)
  return date.toDateString() === new Date(now).toDateString()
    ? clock.format(date)
    : `${day.format(date)} ${clock.format(date)}`
}
