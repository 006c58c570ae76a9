import picocolors from 'picocolors'

/** Functions that colour a text, or leave it as it is where no colours are wanted. */
export type Colours = ReturnType<typeof picocolors.createColors>

export function coloursFor(wanted: boolean): Colours {
  return picocolors.createColors(wanted)
}
