import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What the browser is called, the smallest first: the first of these is the package of Debian that needs no display. */
const PROGRAMS = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Where Chromium is on this machine: as CHROMIUM_PATH says, or found in PATH; undefined where it is not. */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH']
  if (named !== undefined && named !== '') return named
  const directories = (process.env['PATH'] ?? '').split(delimiter)
  return PROGRAMS.flatMap((program) => directories.map((directory) => join(directory, program))).find((path) =>
    existsSync(path),
  )
}

/** The packages of Debian that are missing for a browser; none when there is one. */
export function missingPackages(): readonly string[] {
  return findChromium() === undefined ? ['chromium-headless-shell', 'fonts-dejavu-core'] : []
}

/** The advice for a machine that lacks these packages. */
export function installAdvice(packages: readonly string[]): string {
  return (
    `the tests of the page need ${packages.join(', ')}: sudo apt-get install --no-install-recommends ${packages.join(' ')} ` +
    '(elsewhere than on Debian: Chromium or Chrome, in PATH or named by CHROMIUM_PATH)'
  )
}
