// Runs in an application's folder, by the runtime of its row: <runtime> check.mjs <path of a JSON file: Task>.
// Says on each line of the standard output what it has found, and asks there for what only the servers' owner can do.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const task = JSON.parse(readFileSync(process.argv[2], 'utf8'))

function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

const faults = []
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => faults.push(`${event}: ${error instanceof Error ? error.stack : String(error)}`))
}

const input = createInterface({ input: process.stdin })
const answers = input[Symbol.asyncIterator]()

/** Has a host killed, and resolves once that was done. */
async function killHost() {
  say({ ask: 'kill' })
  await answers.next()
}

function versionOfRuntime() {
  if (globalThis.Bun) return globalThis.Bun.version
  if (globalThis.Deno) return globalThis.Deno.version.deno
  return process.versions.node
}

// In some runtimes an error's stack does not say the error.
function reasonOf(error) {
  const { stack = '' } = error instanceof Error ? error : {}
  return stack.includes(String(error)) ? stack : `${String(error)}\n${stack}`.trim()
}

function withTime(work, milliseconds) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done within ${milliseconds} ms`)), milliseconds)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

say({ runtime: versionOfRuntime() })
for (const name of task.checks) {
  const begin = performance.now()
  const seconds = () => Math.round(performance.now() - begin) / 1000
  try {
    const { default: check } = await import(`./checks/${name}.mjs`)
    await withTime(check({ ...task, killHost, say }), task.timeout)
    if (faults.length > 0) throw new Error(faults.splice(0).join('\n'))
    say({ check: name, ok: true, seconds: seconds() })
  } catch (error) {
    say({ check: name, ok: false, seconds: seconds(), reason: reasonOf(error) })
  }
}
input.close()
// From here on nothing may keep the process alive: pools have been ended.
say({ done: true })
