#!/usr/bin/env node
import { createRequire } from 'node:module'

import { runCommand } from '../dist/index.js'

const { version } = createRequire(import.meta.url)('../package.json')
await runCommand(version)
