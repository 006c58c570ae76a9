import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { FAILED, run } from './command.js'
import { CHECKS } from './doctor/checks/registry.js'
import { TestTerminal } from './testing/test-terminal.js'

const PASSWORD = 'hunter22'
const URL = `mysql://app:${PASSWORD}@127.0.0.1:1/shop`

async function typed(...args: readonly string[]): Promise<TestTerminal & { status?: number }> {
  const terminal: TestTerminal & { status?: number } = new TestTerminal()
  terminal.status = await run(args, terminal)
  return terminal
}

describe('a command line', () => {
  it.each<[string, readonly string[]]>([
    ['no command', []],
    ['an unknown command', ['heal', URL]],
    ['a URL in the place of the command', [URL]],
    ['an unknown option', ['doctor', URL, `--pasword=${PASSWORD}`]],
    ['an option of other clients', ['doctor', URL, `-p${PASSWORD}`]],
    ['another one', ['doctor', URL, '--password', PASSWORD]],
    ['and one more', ['doctor', URL, `--password:${PASSWORD}`]],
    ['an unknown option with a URL', ['doctor', `--url=${URL}`]],
    ['two URLs', ['doctor', URL, URL]],
    ['a number that is none', ['doctor', URL, '--processes', URL]],
    ['a number that is too small', ['doctor', URL, '--processes', '0']],
    ['an unknown check', ['doctor', URL, '--ignore', URL]],
    ['no URL', ['doctor']],
    ['an authority that is not there', ['doctor', URL, '--ca', `/nowhere/${PASSWORD}`]],
    ['a configuration that is refused', ['watch', `${URL}?wrong=${PASSWORD}`]],
    ['a URL without a scheme', ['watch', URL.slice('mysql://'.length)]],
  ])('with %s fails with a word of what is right, and shows no password', async (_, args) => {
    const { status, output, complaints } = await typed(...args)
    expect(status).toBe(FAILED)
    expect(output).toBe('')
    expect(complaints).not.toBe('')
    expect(complaints).not.toContain(PASSWORD)
  })

  it.each([['--help'], ['doctor', '--help'], ['watch', '--help']])('explains itself: %s', async (...args) => {
    const { status, output, complaints } = await typed(...args)
    expect({ status, complaints }).toEqual({ status: 0, complaints: '' })
    expect(output).toContain('Usage: mysql-hostpool')
  })
})

it('a command line asks for the version', async () => {
  const terminal = new TestTerminal()
  expect(await run(['--version'], terminal, '1.2.3')).toBe(0)
  expect(terminal.output).toBe('1.2.3\n')
})

describe('the doctor', () => {
  it('prints what is wrong, and is 2 for a pool that is unfit', async () => {
    const { status, output } = await typed('doctor', URL, '--timeout', '500')
    expect(status).toBe(2)
    expect(output).toMatch(/^host .*\n127\.0\.0\.1:1 +unreachable/)
    expect(output).toContain('ERROR reachability  127.0.0.1:1\n')
    expect(output.trimEnd()).toMatch(/\nunfit: 1 error, 0 warnings, 0 notes$/)
    expect(output).not.toContain(PASSWORD)
  })

  it('prints the same for machines', async () => {
    const { status, output } = await typed('doctor', URL, '--timeout', '500', '--json')
    expect(status).toBe(2)
    expect(JSON.parse(output)).toMatchObject({
      fitness: 'unfit',
      findings: [{ check: 'reachability', level: 'error', hosts: ['127.0.0.1:1'] }],
      hosts: [{ name: '127.0.0.1:1', failure: { stage: 'unreachable', code: 'ECONNREFUSED' }, state: null }],
    })
    expect(output).not.toContain(PASSWORD)
  })

  it('finds the URL in the environment, and a refused one is unfit', async () => {
    const terminal = new TestTerminal()
    terminal.environment['HOSTPOOL_URL'] = `${URL}?wrong=1`
    expect(await run(['doctor'], terminal)).toBe(2)
    expect(terminal.output).toContain('wrong: unknown option')
  })

  it('takes an authority from a file', async () => {
    const terminal = new TestTerminal()
    terminal.files.set('ca.pem', 'no certificate')
    expect(await run(['doctor', URL, '--ca', 'ca.pem'], terminal)).toBe(2)
    expect(terminal.output).toContain('ssl.ca')
  })

  it('ends when it is told to', async () => {
    const terminal = new TestTerminal()
    const running = run(['doctor', 'mysql://app@127.0.0.1:1/shop'], terminal)
    terminal.stop()
    expect(await running).toBe(130)
  })
})

it('every check has its file, and its row in the documents', async () => {
  const { readFileSync } = await import('node:fs')
  const folder = join(import.meta.dirname, 'doctor', 'checks')
  const files = readdirSync(folder).filter((name) => !/\.test\.ts$|^registry/.test(name))
  expect(files.map((name) => name.replace('.ts', '')).toSorted()).toEqual(CHECKS.map(({ name }) => name).toSorted())
  const page = readFileSync(join(import.meta.dirname, '../../../docs/packages/cli.md'), 'utf8')
  for (const { name } of CHECKS) expect(page).toMatch(new RegExp(`^\\| \`${name}\` `, 'm'))
})
