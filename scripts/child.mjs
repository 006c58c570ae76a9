import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { progressDescriptor } from './progress.mjs'

// How long children may take to tidy up after Ctrl-C before they are killed.
const GRACE = 15_000

const running = new Set()
let interruptedBy

/** Thrown by `run` once this process has been asked to end. */
export class Interrupted extends Error {}

// Where the kernel can be asked to, a child is told to end when this process is killed without warning.
const guard =
  spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true'], { stdio: 'ignore' }).status === 0
    ? ['setpriv', '--pdeathsig', 'TERM', '--']
    : []

/**
 * Runs a program to its end and resolves to its exit status. Every child is a process group of its own, so that all
 * that it started can be ended with it, and a Ctrl-C at the terminal reaches it once, through this process.
 * `options.capture` keeps the output back and resolves to it too; with `options.result` the output is not progress but
 * what this process was started for.
 */
export async function run(program, args, options = {}) {
  if (interruptedBy) throw new Interrupted()
  const { capture = false, result = false, env = {}, cwd } = options
  const stdout = result ? 'inherit' : progressDescriptor()
  const [command, ...rest] = [...guard, program, ...args]
  const child = spawn(command, rest, {
    cwd,
    detached: true,
    env: { ...process.env, ...env },
    stdio: capture ? ['ignore', 'pipe', 'pipe'] : ['ignore', stdout, 'inherit'],
  })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  try {
    const status = await new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)))
    })
    if (interruptedBy) throw new Interrupted()
    return { status, output }
  } finally {
    running.delete(child)
  }
}

/** Runs a program that has to succeed; what it printed is shown when it does not. */
export async function must(program, args, options = {}) {
  const { status, output } = await run(program, args, options)
  if (status !== 0) {
    if (output) process.stderr.write(output)
    throw new Error(`${program} ${args.join(' ')} failed with status ${status}`)
  }
  return output
}

/** Whether the program is there and succeeds. */
export function succeeds(program, args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}

/** Passes the wish to end on to the children; `run` rejects with `Interrupted` from then on. */
export function endChildrenOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (interruptedBy) return
      interruptedBy = signal
      signalAll(signal)
      setTimeout(() => signalAll('SIGKILL'), GRACE).unref()
    })
  }
}

/** The exit status that says which signal ended the work; `undefined` when none did. */
export function interruptedStatus() {
  return interruptedBy && 128 + constants.signals[interruptedBy]
}

function signalAll(signal) {
  for (const { pid } of running) {
    try {
      process.kill(-pid, signal)
    } catch {
      // Gone already, or run by sudo: that one cannot be signalled, and is waited for.
    }
  }
}
