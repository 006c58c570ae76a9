import { describe, expect, it } from 'vitest'

import { galeraPeriod, isOn, listOf, providerOption, quotedAccount, seconds } from './values.js'

describe('what servers write', () => {
  it.each([
    ['PT5S', 5_000],
    ['PT0.5S', 500],
    ['PT1M', 60_000],
    ['PT1H1M1.5S', 3_661_500],
    ['P1D', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is %s ms', (text, milliseconds) => {
    expect(galeraPeriod(text)).toBe(milliseconds)
  })

  it.each([
    ['ON', true],
    ['1', true],
    ['YES', true],
    ['DETECT_AND_RECOVER', true],
    ['OFF', false],
    ['0', false],
    ['false', false],
    ['', false],
    [undefined, false],
  ])('%s is on: %s', (text, on) => {
    expect(isOn(text)).toBe(on)
  })

  it('has its provider options in one variable', () => {
    const variables = new Map([
      ['wsrep_provider_options', 'base_host = db1; pc.ignore_sb = false; evs.suspect_timeout = PT5S; '],
    ])
    expect(providerOption(variables, 'evs.suspect_timeout')).toBe('PT5S')
    expect(providerOption(variables, 'suspect_timeout')).toBeUndefined()
  })
})

describe('what is written for servers', () => {
  it.each([
    ['app@%', "'app'@'%'"],
    ['me@home@10.0.0.%', "'me@home'@'10.0.0.%'"],
    ["o'neil@%", "'o''neil'@'%'"],
    ['app', "'app'@'%'"],
  ])('the account %s is %s', (account, quoted) => {
    expect(quotedAccount(account)).toBe(quoted)
  })
})

it('long lists are cut, and times are short', () => {
  expect(listOf(['a', 'b', 'c'], 2)).toBe('a, b and 1 more')
  expect([seconds(4_960), seconds(500)]).toEqual(['5 s', '0.5 s'])
})
