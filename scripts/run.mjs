// What the scripts of package.json do. Needs Node and npm, and nothing installed: `node scripts/run.mjs <command>`.
import { checkApiReports, writeApiReports } from './api-report.mjs'
import { provideBrowser, provideBrowserIfPossible } from './browser.mjs'
import { packages, tests, tool } from './checks.mjs'
import { endChildrenOnSignals, Interrupted, interruptedStatus, must, run } from './child.mjs'
import { provideDatabase } from './database.mjs'
import { keepOutputClean, say } from './progress.mjs'
import { pack } from './pack.mjs'
import { build, compile, generateClients, install } from './set-up.mjs'
import { Steps } from './steps.mjs'
import { checkDocComments } from './undocumented.mjs'
import { binary, root } from './workspace.mjs'

const commands = {
  api,
  bench,
  build: buildAll,
  dashboard,
  demo,
  docs,
  doctor,
  drill,
  integration,
  lint,
  matrix,
  pack: packInto,
  packages: packagesAlone,
  publish: publishFrom,
  screenshots,
  simulate,
  site,
  test,
  typecheck,
  unit,
  version,
  watch,
}

/** Everything up to the build; throws on the first failure. */
async function buildAll() {
  await install()
  await generateClients()
  if (!(await build())) throw new Error('the build failed')
  return 0
}

/** Writes the reports of what the packages export; with `--check`, tells whether they are up to date and all has a doc comment. */
async function api() {
  await buildAll()
  if (rest.includes('--check')) return [await checkApiReports(), await checkDocComments()].every(Boolean) ? 0 : 1
  await writeApiReports()
  return 0
}

async function demo() {
  say('setting up\n')
  await buildAll()
  await provideDatabase('HOSTPOOL_DEMO_URL')
  const { status } = await run(process.execPath, ['test/dist/demo/main.js', ...rest], { cwd: root })
  return status
}

/** Has a real Prometheus scrape a pool, and answer every query of the dashboard. */
async function dashboard() {
  await buildAll()
  await provideDatabase('HOSTPOOL_TEST_URL')
  await must(process.execPath, ['test/dist/prometheus/main.js'], { cwd: root })
  return (await tests('integration', 'opentelemetry', ...rest)).ok ? 0 : 1
}

/** The command of packages/cli as it is here; with `--on`, on servers of its own. */
async function doctor() {
  if (rest.includes('--json')) keepOutputClean()
  await buildAll()
  const own = rest.includes('--on') || rest.some((argument) => argument.startsWith('--on='))
  if (own && !rest.some((argument) => /(?:group|mysql-)/.test(argument))) await provideDatabase()
  const program = own ? ['test/dist/doctor/main.js'] : ['packages/cli/bin/mysql-hostpool.js', 'doctor']
  const { status } = await run(process.execPath, [...program, ...rest], { cwd: root, result: true })
  return status
}

/** Writes what the README and the page of options tell from the sources. */
async function docs() {
  await buildAll()
  const { writeOptionTables } = await import('./option-tables.mjs')
  await writeOptionTables()
  return 0
}

/** Makes the pictures of the status page that the documentation shows. */
async function screenshots() {
  await buildAll()
  await provideBrowser()
  const { status } = await run(process.execPath, ['test/dist/browser/main.js', ...rest], { cwd: root })
  return status
}

/** Builds the site of the documents; a link that leads nowhere ends it. */
async function site() {
  await install()
  const { buildSite } = await import('./site.mjs')
  await buildSite()
  return 0
}

/** Packs every package as it is published, into the directory that is named, or `packed`. */
async function packInto() {
  await buildAll()
  await pack(rest[0] ?? 'packed')
  return 0
}

/** The tests of what is published; of the files in HOSTPOOL_PACKED, or of packages that are packed for them. */
async function packagesAlone() {
  if (process.env.HOSTPOOL_PACKED === undefined) await buildAll()
  return (await packages(...rest)).ok ? 0 : 1
}

/** Publishes what `pack` has made; `--dry-run` only tries; `--pending` tells whether there is anything to publish. */
async function publishFrom() {
  const { isPending, publish } = await import('./publish.mjs')
  if (rest.includes('--pending')) process.stdout.write(`${await isPending()}\n`)
  else
    await publish(rest.find((argument) => !argument.startsWith('-')) ?? 'packed', {
      dryRun: rest.includes('--dry-run'),
    })
  return 0
}

async function simulate() {
  await buildAll()
  const { status } = await run(process.execPath, ['packages/core/build/testing/main.js', ...rest], { cwd: root })
  return status
}

async function drill() {
  if (rest.includes('--json')) keepOutputClean()
  say('setting up\n')
  await buildAll()
  // Servers of another kind are the drills' own affair.
  if (!rest.some((argument) => /^(--servers=)?mysql/.test(argument))) await provideDatabase()
  const { status } = await run(process.execPath, ['test/dist/drills/main.js', ...rest], { cwd: root, result: true })
  return status
}

/** Shows what this project runs with, by running it. */
async function matrix() {
  if (rest.includes('--json') || rest.includes('--list')) keepOutputClean()
  await buildAll()
  if (!rest.some((argument) => /^--(?:list|from|help)/.test(argument))) {
    try {
      await provideDatabase()
    } catch (error) {
      if (error instanceof Interrupted) throw error
      // The rows that need it say so in the table.
      process.stderr.write(`${error.message}\n`)
    }
  }
  const { status } = await run(process.execPath, ['test/dist/matrix/main.js', ...rest], { cwd: root, result: true })
  return status
}

async function bench() {
  // With --json the standard output belongs to the machine that reads it.
  if (!rest.includes('--json')) process.stdout.write('setting up\n')
  await buildAll()
  await provideDatabase('HOSTPOOL_BENCH_URL')
  const { status } = await run(process.execPath, ['bench/dist/main.js', ...rest], { cwd: root })
  return status
}

/** Enters the version that the changesets ask for. */
async function version() {
  await install()
  const { versionPackages } = await import('./version.mjs')
  await versionPackages()
  return 0
}

async function unit() {
  await install()
  await generateClients()
  return (await tests('unit', ...rest)).ok ? 0 : 1
}

/** Runs the unit tests of what a change touches, again and again, on the sources: nothing is built. */
async function watch() {
  await install()
  await generateClients()
  const { status } = await run(binary('vitest'), ['watch', '--project', 'unit', '--changed', ...rest], { cwd: root })
  return status
}

async function typecheck() {
  await install()
  await generateClients()
  return (await compile()) ? 0 : 1
}

/** Types, which oxlint reads from what was built of the packages, come first. */
async function lint() {
  if ((await typecheck()) !== 0) return 1
  const results = [await tool('oxlint', '--type-aware'), await tool('knip'), await tool('oxfmt', '--check')]
  return results.every(Boolean) ? 0 : 1
}

async function integration() {
  await buildAll()
  await provideDatabase('HOSTPOOL_TEST_URL')
  await provideBrowserIfPossible()
  return (await tests('integration', ...rest)).ok ? 0 : 1
}

/** Everything that has to hold. A check that fails does not keep the others from running. */
async function test() {
  const steps = new Steps()
  const ready = (await steps.run('install', install)) && (await steps.run('Prisma clients', generateClients))
  if (ready) {
    const built = await steps.run('build and type check', build)
    await steps.run('lint', () => tool('oxlint', '--type-aware'))
    await steps.run('dead code', () => tool('knip'))
    await steps.run('format', () => tool('oxfmt', '--check'))
    await steps.run('unit tests', () => tests('unit'))
    if (await steps.run('database', () => provideDatabase('HOSTPOOL_TEST_URL'))) {
      await steps.run('browser', provideBrowserIfPossible)
      await steps.run('integration tests', () => tests('integration'))
    } else steps.leaveOut('integration tests', 'there is no database')
    if (built) {
      await steps.run('public face', checkApiReports)
      await steps.run('doc comments', checkDocComments)
      await steps.run('packages', packages)
    } else for (const name of ['public face', 'doc comments', 'packages']) steps.leaveOut(name, 'the build failed')
  }
  process.stdout.write(steps.summary())
  return steps.ok ? 0 : 1
}

const [name, ...rest] = process.argv.slice(2)
const command = commands[name]
if (!command) {
  process.stderr.write(`usage: node scripts/run.mjs ${Object.keys(commands).join('|')}\n`)
  process.exit(2)
}
endChildrenOnSignals()
try {
  process.exitCode = await command()
} catch (error) {
  if (!(error instanceof Interrupted)) process.stderr.write(`${error.message}\n`)
  process.exitCode = interruptedStatus() ?? 1
}
