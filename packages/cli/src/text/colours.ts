import picocolors from 'picocolors'

/** Colours, or none of them where they are not wanted. */
export type Colours = ReturnType<typeof picocolors.createColors>

export function coloursFor(wanted: boolean): Colours {
  return picocolors.createColors(wanted)
}
