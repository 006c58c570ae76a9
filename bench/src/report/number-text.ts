/** Three digits, and no more noughts or exponents than needed. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en')
  if (size < 0.001) return value.toExponential(0)
  return String(Number(value.toPrecision(3)))
}

/** As `1.42 (1.38 to 1.47)`. */
export function intervalText({
  median,
  low,
  high,
}: {
  readonly median: number
  readonly low: number
  readonly high: number
}): string {
  return `${ratioText(median)} (${ratioText(low)} to ${ratioText(high)})`
}

function ratioText(value: number): string {
  return value >= 100 ? numberText(value) : value.toFixed(2)
}
