import { mkdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import type { Browser } from 'puppeteer-core'

import { startBrowser } from './browser.js'
import { Scene } from './scene.js'

/** The repository, from test/dist/browser. */
const IMAGES = fileURLToPath(new URL('../../../docs/images/', import.meta.url))
/** A noon, so that all that has happened is of the same day. */
const NOON = Date.UTC(2026, 4, 12, 12)
const LARGEST = 200_000

interface Picture {
  readonly name: string
  readonly width: number
  readonly scheme: 'light' | 'dark'
  readonly scale: number
}

const PICTURES: readonly Picture[] = [
  { name: 'status-page-light', width: 960, scheme: 'light', scale: 1 },
  { name: 'status-page-dark', width: 960, scheme: 'dark', scale: 1 },
  { name: 'status-page-narrow', width: 390, scheme: 'light', scale: 1 },
]

/** Makes the pictures of the page. The page is the real one; what it shows is a scene. */
export async function makeScreenshots(executablePath: string, say: (line: string) => void): Promise<void> {
  mkdirSync(IMAGES, { recursive: true })
  const scene = await Scene.set(NOON)
  const browser = await startBrowser(executablePath)
  try {
    for (const picture of PICTURES) {
      const path = `${IMAGES}${picture.name}.webp` as const
      await take(browser, scene, picture, path)
      const { size } = statSync(path)
      say(`${path}: ${Math.round(size / 1000)} kB`)
      if (size > LARGEST) throw new Error(`${path} has ${size} bytes; ${LARGEST} are the most`)
    }
  } finally {
    await browser.close()
    scene.close()
  }
}

async function take(
  browser: Browser,
  scene: Scene,
  { width, scheme, scale }: Picture,
  path: `${string}.webp`,
): Promise<void> {
  const page = await browser.newPage()
  await page.setViewport({ width, height: 800, deviceScaleFactor: scale })
  await page.emulateTimezone('UTC')
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  await page.setRequestInterception(true)
  page.on('request', (request) => {
    const isStream = request.url().includes('file=events')
    const body = `data: ${JSON.stringify(scene.message)}\n\n`
    const answered = isStream
      ? request.respond({ status: 200, contentType: 'text/event-stream', body })
      : request.continue()
    answered.catch(() => undefined)
  })
  await page.goto(scene.address)
  await page.waitForSelector('.connection[data-state=live]')
  await page.waitForSelector('.uplot canvas')
  await page.screenshot({ path, type: 'webp', quality: 90, fullPage: true })
  await page.close()
}
