/** `0012.50`, `-1.50`, `0.00`: an optional sign, digits, and digits behind the point. */
const PADDED = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/

/**
 * A DECIMAL in Prisma's form, without zeros that mean nothing. Prisma compares keys as text. In this form, equal values of
 * columns with different scales are equal texts, and so are the values of a cursor.
 */
export function canonicalDecimal(text: string): string {
  const [, sign, whole, fraction] = PADDED.exec(text) ?? []
  if (sign === undefined || whole === undefined) return text
  return fraction === undefined || fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`
}
