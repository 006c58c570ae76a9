import { describe, expect, it } from 'vitest'

import { type ChartSpec, drawSvg, INK } from './svg.js'

const LONG = 'nested create of an order with its lines, 16 callers at once: @prisma/adapter-mariadb, statements cached'

const chart: ChartSpec = {
  data: { values: [{ label: LONG, value: 1 }] },
  mark: { type: 'bar', color: INK.good },
  encoding: {
    y: { field: 'label', type: 'nominal', axis: { title: LONG } },
    x: { field: 'value', type: 'quantitative' },
  },
}

describe('a chart', () => {
  it('is an SVG whose labels and titles are whole, however long', async () => {
    const svg = await drawSvg(chart)
    expect([svg.startsWith('<svg '), svg.endsWith('</svg>\n'), svg.includes('…')]).toEqual([true, true, false])
    expect(svg.split(`>${LONG}<`).length - 1).toBe(2)
  })

  it('is as wide as its labels need, and not twice that', async () => {
    const [, width] = /width="(\d+)"/.exec(await drawSvg(chart)) ?? []
    expect(Number(width)).toBeGreaterThan(LONG.length * 5)
    expect(Number(width)).toBeLessThan(LONG.length * 10)
  })

  it('has another colour in the dark for each that it uses in the light', async () => {
    const svg = await drawSvg(chart)
    const [, dark = ''] = /prefers-color-scheme: dark\) \{(.*?)\}<\/style>/.exec(svg) ?? []
    const used = new Set([...svg.replace(/<style>.*<\/style>/, '').matchAll(/(fill|stroke)="(#\w+)"/g)].map(String))
    const of = [...used].map((each) => each.split(',')[0] ?? '')
    expect(of.length).toBeGreaterThan(3)
    expect(of.filter((color) => !dark.includes(`[${color}]`))).toEqual([])
  })
})
