import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { RuntimeRow } from '../dimensions/runtime-rows.js'
import { Unavailable } from '../report/result.js'
import { npmInstall } from './npm.js'

/** What starts a program: the program's path, and its arguments, come behind. */
export type RuntimeCommand = readonly [string, ...string[]]

/** The binary of a runtime is in a package of npm for each platform. @throws Unavailable */
export async function provideRuntime(
  { name, runtime, version }: RuntimeRow,
  directory: string,
  signal: AbortSignal,
): Promise<RuntimeCommand> {
  const found = binaryOf(runtime, `${process.platform}-${process.arch}`)
  if (found === undefined) throw new Unavailable(`npm has no binary of ${name} for ${process.platform}-${process.arch}`)
  const [packageName, path, ...args] = found
  const binary = join(directory, 'node_modules', packageName, path)
  if (!existsSync(binary)) await npmInstall(directory, [`${packageName}@${version}`], signal)
  return [binary, ...args]
}

/** The package, where the binary is in it, and arguments that it always needs. */
function binaryOf(
  runtime: RuntimeRow['runtime'],
  platform: string,
): readonly [string, string, ...string[]] | undefined {
  const here = PLATFORMS[platform]
  switch (runtime) {
    case 'node':
      return here && [`node-${platform}`, 'bin/node']
    case 'bun':
      return here && [`@oven/bun-${here.bun}`, 'bin/bun']
    case 'deno':
      return here && [`@deno/${here.deno}`, 'deno', 'run', '--allow-all', '--node-modules-dir=manual']
    default:
      return runtime satisfies never
  }
}

const PLATFORMS: Readonly<Record<string, { readonly bun: string; readonly deno: string }>> = {
  'linux-x64': { bun: 'linux-x64', deno: 'linux-x64-glibc' },
  'linux-arm64': { bun: 'linux-aarch64', deno: 'linux-arm64-glibc' },
  'darwin-arm64': { bun: 'darwin-aarch64', deno: 'darwin-arm64' },
}
