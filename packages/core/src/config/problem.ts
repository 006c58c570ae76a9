import { HostpoolError } from '../errors/hostpool-error.js'

/** Where in the options something is: `['host', 1, 'weight']`. */
export type OptionPath = readonly (string | number)[]

/** One thing that is wrong with a configuration. */
export interface Problem {
  readonly path: OptionPath
  /** What is wrong and what would be right, without any secret. */
  readonly message: string
}

/** A value, and what was wrong on the way to it. */
export interface Checked<T> {
  readonly value: T
  readonly problems: readonly Problem[]
}

/** `host[1].weight` */
export function pathText(path: OptionPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}

/** One error for all problems of a pool's configuration. */
export function configError(problems: readonly Problem[]): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_CONFIG', problemList("The pool's configuration", problems))
}

/** All problems, one line each; those of the same option stand together, entries of a list in their order. */
export function problemList(what: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  const lines = inOrder(problems).map(({ path, message }) =>
    path.length === 0 ? `  ${message}` : `  ${pathText(path)}: ${message}`,
  )
  return [`${what} has ${count}:`, ...lines].join('\n')
}

function inOrder(problems: readonly Problem[]): Problem[] {
  const options = [...new Set(problems.map(({ path }) => path[0]))]
  const place = ({ path }: Problem): number => (typeof path[1] === 'number' ? path[1] : -1)
  return problems.toSorted((a, b) => options.indexOf(a.path[0]) - options.indexOf(b.path[0]) || place(a) - place(b))
}
