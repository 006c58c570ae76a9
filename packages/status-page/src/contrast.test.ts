import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

const style = readFileSync(new URL('../page/page.css', import.meta.url), 'utf8')

/** The colours that the style names, in the light and in the dark. */
function colours(scheme: 'light' | 'dark'): ReadonlyMap<string, string> {
  const [light = '', dark = ''] = [...style.matchAll(/:root \{([^}]*)\}/g)].map(([, body]) => body ?? '')
  const text = scheme === 'light' ? light : `${light}${dark}`
  return new Map([...text.matchAll(/--([\w-]+): (#[\da-f]+);/g)].map(([, name = '', value = '']) => [name, value]))
}

/** Relative luminance, by WCAG 2. */
function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replace(/[\da-f]/g, '$&$&') : colour
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(digits.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

const TEXTS = [
  ...['ink', 'faint', 'good', 'odd', 'bad', 'accent'].flatMap((text) => [
    { text, on: 'sheet' },
    { text, on: 'ground' },
  ]),
  { text: 'good', on: 'good-ground' },
  { text: 'odd', on: 'odd-ground' },
  { text: 'bad', on: 'bad-ground' },
  { text: 'accent', on: 'note-ground' },
]

describe.each(['light', 'dark'] as const)('the colours in the %s', (scheme) => {
  const named = colours(scheme)
  const of = (name: string): string => named.get(name) ?? 'none'

  it.each(TEXTS)('let $text be read on $on (WCAG AA)', ({ text, on }) => {
    expect(contrast(of(text), of(on))).toBeGreaterThanOrEqual(4.5)
  })

  it.each([1, 2, 3, 4, 5, 6])('let line %i of a chart be seen', (number) => {
    expect(contrast(of(`series-${number}`), of('sheet'))).toBeGreaterThanOrEqual(3)
  })
})
