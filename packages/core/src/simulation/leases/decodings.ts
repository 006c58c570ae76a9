import type { Decoding } from '../../statement/decoding.js'

/** What the pool decodes by where nothing else is asked for. */
export const POOL_DECODING = '+09:00'

/** What borrowers ask for, by number; each is one object, for it is compared by identity. */
const decodings: readonly Decoding[] = ['Z', '+01:00', '+02:00'].map((timezone) => Object.freeze({ timezone }))

export function decodingOf(number: number): Decoding & { readonly timezone: string } {
  return decodings[number % decodings.length] as Decoding & { readonly timezone: string }
}

export function zoneOf(number: number | undefined, otherwise: string): string {
  return number === undefined ? otherwise : decodingOf(number).timezone
}
