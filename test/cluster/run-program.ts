import { execFile } from 'node:child_process'
import { lastLines } from './node-files.js'

export interface ProgramOptions {
  /** Milliseconds after which it is killed. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
  /** The directory that it runs in; default: this process's own. */
  readonly cwd?: string | undefined
  /** Further variables of its environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a program to its end. Resolves to what it printed; rejects, with its last lines, when it fails. */
export function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<string> {
  const { timeout, signal, cwd, env: further } = options
  return new Promise((resolve, reject) => {
    const env = { ...process.env, LC_ALL: 'C', ...further }
    execFile(
      program,
      [...args],
      { timeout, signal, cwd, env, maxBuffer: 64 * 1024 * 1024 },
      (error, output, complaint) => {
        if (!error) resolve(output)
        else if (error.code === 'ENOENT') reject(new Error(`there is no ${program} on this machine`, { cause: error }))
        else {
          const said = lastLines(`${output}\n${complaint}`.trim(), 8)
          reject(
            new Error(`${program} failed (${error.code ?? error.message}): ${said || error.message}`, { cause: error }),
          )
        }
      },
    )
  })
}
