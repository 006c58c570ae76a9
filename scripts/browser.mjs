import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { installWithApt } from './apt.mjs'
import { say } from './progress.mjs'
import { root } from './workspace.mjs'

/** Sees to it that there is a browser on this machine. Throws with what to install where that cannot be done from here. */
export async function provideBrowser() {
  const path = join(root, 'test', 'dist', 'browser', 'installation.js')
  if (!existsSync(path)) throw new Error('the tests were not built')
  const { installAdvice, missingPackages } = await import(pathToFileURL(path).href)
  const missing = missingPackages()
  if (missing.length > 0) await installWithApt(missing, installAdvice(missing))
}

/** The same for tests, of which only some need a browser: these are skipped where there is none. */
export async function provideBrowserIfPossible() {
  try {
    await provideBrowser()
  } catch (error) {
    say(`no browser, so the tests that need one are skipped: ${error.message}\n`)
  }
}
