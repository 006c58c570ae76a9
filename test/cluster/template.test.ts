import { expect, test } from 'vitest'
import { isOutdated, templateName } from './template.js'

const now = new Date('2026-03-10T12:00:00Z')

test('a template belongs to a day and a server version', () => {
  const name = templateName('10.11.1', now)
  expect(name).toMatch(/^template-2026-03-10-[0-9a-f]{12}$/)
  expect(templateName('10.11.1', now)).toBe(name)
  expect(templateName('10.11.2', now)).not.toBe(name)
})

test('templates from before yesterday are outdated, and nothing else is', () => {
  expect(isOutdated('template-2026-03-10-0123456789ab', now)).toBe(false)
  expect(isOutdated('template-2026-03-09-0123456789ab', now)).toBe(false)
  expect(isOutdated('template-2026-03-08-0123456789ab', now)).toBe(true)
  expect(isOutdated('cluster-1-2-3', now)).toBe(false)
})
