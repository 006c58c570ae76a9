import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { run } from './child.mjs'
import { pack } from './pack.mjs'
import { binary, root } from './workspace.mjs'

/** Runs a tool of the workspace over the whole of it. Resolves to whether it found nothing. */
export async function tool(name, ...args) {
  const { status } = await run(binary(name), args, { cwd: root })
  return status === 0
}

/**
 * Runs the tests of one project. Resolves to how many passed, failed and were not run; a test file that could not even
 * be loaded counts as one failure, and so does a run without any result.
 */
export async function tests(project, ...args) {
  const directory = mkdtempSync(join(tmpdir(), 'hostpool-results-'))
  try {
    const results = join(directory, 'results.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
    const { status } = await run(binary('vitest'), ['run', '--project', project, ...reporters, ...args], { cwd: root })
    return { ...count(results), ok: status === 0 }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function count(path) {
  let results
  try {
    results = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { passed: 0, failed: 1, notRun: 0, failures: [] }
  }
  const failures = results.testResults.flatMap(failuresIn)
  return {
    passed: results.numPassedTests,
    failed: failures.length,
    notRun: results.numPendingTests + results.numTodoTests,
    failures,
  }
}

function failuresIn({ name: path, status, message, assertionResults }) {
  const file = relative(root, path)
  const failed = assertionResults.filter((test) => test.status === 'failed')
  // A file that could not even be loaded has no test that failed.
  if (status === 'failed' && failed.length === 0) return [{ name: file, reason: head(message) }]
  return failed.map((test) => ({ name: `${file} > ${test.fullName}`, reason: head(test.failureMessages.join('\n')) }))
}

/** The beginning of a message, without the stack inside of libraries. */
function head(message) {
  const own = message.split('\n').filter((line) => !line.includes('node_modules'))
  return own.slice(0, 12).join('\n')
}

/** Packs every package as it is published, and tests what came out. */
export async function packages(...args) {
  if (process.env.HOSTPOOL_PACKED !== undefined) return tests('packages', ...args)
  const directory = mkdtempSync(join(tmpdir(), 'hostpool-packages-'))
  try {
    await pack(directory)
    process.env.HOSTPOOL_PACKED = directory
    return await tests('packages', ...args)
  } finally {
    delete process.env.HOSTPOOL_PACKED
    rmSync(directory, { recursive: true, force: true })
  }
}
