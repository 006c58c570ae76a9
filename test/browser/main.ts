import { findChromium, installAdvice, missingPackages } from './installation.js'
import { makeScreenshots } from './screenshots.js'

const chromium = findChromium()
if (chromium === undefined) throw new Error(installAdvice(missingPackages()))
await makeScreenshots(chromium, (line) => void process.stdout.write(`${line}\n`))
