import { Interrupted } from './child.mjs'

/** Runs steps one after the other and keeps account of them. */
export class Steps {
  #done = []
  #tests = { passed: 0, failed: 0 }
  #failures = []

  /** Whether every step so far went well. */
  get ok() {
    return this.#done.every(({ ok }) => ok)
  }

  /**
   * Runs one step. It fails by throwing, or by resolving to `false` or to `{ ok: false }`. Resolves to whether it went
   * well.
   */
  async run(name, work) {
    process.stdout.write(`\n> ${name}\n`)
    const begin = performance.now()
    let ok = false
    let detail = ''
    try {
      const result = await work()
      ok = typeof result === 'object' ? result.ok : result !== false
      if (typeof result === 'object') detail = this.#count(result)
    } catch (error) {
      if (error instanceof Interrupted) throw error
      process.stderr.write(`${error.message}\n`)
    }
    this.#done.push({ name, ok, seconds: (performance.now() - begin) / 1000, detail })
    return ok
  }

  /** Notes a step that makes no sense after another has failed. */
  leaveOut(name, reason) {
    this.#done.push({ name, ok: false, detail: `not run: ${reason}` })
  }

  /**
   * The tests that failed, with their reasons, since the end of a long output is often all that is kept; then one line
   * per step, and at the end the number of tests, alone on its line.
   */
  summary() {
    const lines = this.#done.map(({ name, ok, seconds, detail }) => {
      const time = seconds === undefined ? ''.padStart(8) : `${seconds.toFixed(1).padStart(6)} s`
      return `${ok ? 'ok    ' : 'FAILED'}  ${time}  ${name}${detail && ` (${detail})`}`
    })
    const { passed, failed } = this.#tests
    const failures = this.#failures.map(({ name, reason }) => `${name}\n${reason.replace(/^/gm, '    ')}\n`)
    return ['', ...failures, ...lines, '', `${passed} passed, ${failed} failed`, ''].join('\n')
  }

  #count({ passed, failed, notRun, failures }) {
    this.#tests.passed += passed
    this.#tests.failed += failed
    this.#failures.push(...failures)
    return `${passed} passed, ${failed} failed${notRun ? `, ${notRun} not run` : ''}`
  }
}
