import puppeteer, { type Browser } from 'puppeteer-core'

/** Starts a browser without a window. */
export function startBrowser(executablePath: string): Promise<Browser> {
  // Chromium's sandbox refuses root, and the page is this repository's own.
  const args = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', '--disable-dev-shm-usage']
  return puppeteer.launch({
    executablePath,
    args,
    headless: executablePath.includes('headless-shell') ? 'shell' : true,
  })
}
