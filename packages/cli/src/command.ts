import { Command, CommanderError, InvalidArgumentError } from 'commander'

import { CHECKS } from './doctor/checks/registry.js'
import { runDoctor } from './doctor/doctor-command.js'
import { poolOptions, URL_VARIABLE } from './pool-options.js'
import { Secrets, shownArgument } from './secrets.js'
import type { Terminal } from './terminal.js'
import { runWatch } from './watch/watch-command.js'

/** The exit status of a command line that is wrong, and of a failure of the command itself. */
export const FAILED = 3

interface DoctorFlags {
  readonly processes?: number
  readonly timeout: number
  readonly ignore?: readonly string[]
  readonly ca?: string
  readonly json?: boolean
}

interface WatchFlags {
  readonly reads: number
  readonly ca?: string
  readonly json?: boolean
}

/**
 * Runs one command line, without the name of the program. Resolves to the exit status; never rejects.
 * @param version - what `--version` prints
 */
export async function run(args: readonly string[], terminal: Terminal, version = 'unknown'): Promise<number> {
  let status = 0
  const done = (result: number): void => {
    status = result
  }
  const secrets = [...args, terminal.environment[URL_VARIABLE] ?? ''].map((text) => Secrets.of(text))
  const masked = (text: string): string => secrets.reduce((rest, each) => each.mask(rest), text)
  const program = programOf(terminal, masked, done).version(version)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return status
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : FAILED
    terminal.complain(`${masked(error instanceof Error ? error.message : String(error))}\n`)
    return FAILED
  }
}

function programOf(terminal: Terminal, masked: (text: string) => string, done: (status: number) => void): Command {
  const program = new Command('mysql-hostpool')
  program
    .description('Is this cluster fit for a pool, and what does the pool see of it?')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.write(text),
      writeErr: (text) => terminal.complain(text),
      // A wrong argument may be a URL with a password, or a password.
      outputError: (text, write) => write(masked(withoutValues(text))),
    })
  program
    .command('doctor')
    .description('asks every host, and says what is wrong, why it matters and the line that mends it')
    .argument('[url]', `mysql://user:password@db1,db2/database?option=value; default: $${URL_VARIABLE}`)
    .option('--processes <n>', 'how many processes have such a pool', wholeNumber(1, 1_000_000))
    .option('--timeout <ms>', 'for a connect, and for each answer', wholeNumber(100, 600_000), 5_000)
    .option(
      '--ignore <checks>',
      `checks to leave out, with commas between them: ${checkNames().join(', ')}`,
      readChecks,
    )
    .option('--ca <file>', 'PEM file of the authority that has signed the certificates')
    .option('--json', 'for machines')
    .addHelpText('after', '\nExit status: 0 fit, 1 warnings, 2 unfit, 3 the command itself has failed')
    .action(async (url: string | undefined, { processes, timeout, ignore = [], ca, json = false }: DoctorFlags) => {
      done(await runDoctor(poolOptions(url, ca, terminal), { processes, timeout, ignore, json }, terminal))
    })
  program
    .command('watch')
    .description("the pool's view of its hosts, live; ends with Ctrl-C")
    .argument('[url]', `mysql://user:password@db1,db2/database?option=value; default: $${URL_VARIABLE}`)
    .option('--reads <n>', 'reads a second (SELECT 1) that are sent through the pool; 0 = none', wholeNumber(0, 100), 1)
    .option('--ca <file>', 'PEM file of the authority that has signed the certificates')
    .option('--json', 'one line a second, for machines')
    .action(async (url: string | undefined, { reads, ca, json = false }: WatchFlags) => {
      done(await runWatch(poolOptions(url, ca, terminal), { reads, json }, terminal))
    })
  return program
}

/**
 * A message of Commander without the values that were typed. Commander cites unknown options and arguments. The name of an option
 * may stay. Its value and credentials may not, also where a password stands in the same word, as other clients take it
 * (`-psecret`).
 */
function withoutValues(text: string): string {
  return text
    .replace(/unknown option '([^]*?)'(?=\n|$)/, (_, typed: string) => `unknown option '${optionName(typed)}'`)
    .replace(/(argument|command) '([^]*)'(?= is invalid|\s*$)/, (_, what: string, typed: string) => {
      return `${what} '${shownArgument(typed)}'`
    })
}

/** The part of an unknown option that is certain to be its name: `--pasword=…`, `-p…`. */
function optionName(typed: string): string {
  const [, long, value] = /^(--[a-z-]+)(=[^]*)?$/i.exec(typed) ?? []
  if (long !== undefined) return value === undefined ? long : `${long}=…`
  return /^-\w$/.test(typed) ? typed : `${/^-\w/.exec(typed)?.[0] ?? '-'}…`
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`)
  }
}

function checkNames(): readonly string[] {
  return CHECKS.map(({ name }) => name)
}

function readChecks(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !checkNames().includes(name))
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no check ${unknown.map(shownArgument).join(', ')}.`)
  return [...before, ...names]
}
