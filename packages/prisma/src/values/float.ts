/** Up to this number every whole number is a 32-bit float. */
const EXACT = 2 ** 24

/**
 * The shortest number, of at least six digits, that is the same 32-bit float. A FLOAT column with 1.1 reads 1.1, not
 * 1.100000023841858, and a value that was read finds its row again.
 */
export function shortestFloat(value: number): number {
  if (Number.isInteger(value) && Math.abs(value) <= EXACT) return value
  for (let digits = 6; digits < 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits))
    if (Math.fround(candidate) === value) return candidate
  }
  return Number(value.toPrecision(9))
}
