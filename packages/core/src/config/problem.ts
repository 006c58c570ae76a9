import { HostpoolError } from '../errors/hostpool-error.js'

/** The path to a value in the options: `['host', 1, 'weight']`. */
export type OptionPath = readonly (string | number)[]

/** One problem of a configuration. */
export interface Problem {
  readonly path: OptionPath
  /** The problem and the remedy, without any secret. */
  readonly message: string
}

/** A value, and the problems found while reading it. */
export interface Checked<T> {
  readonly value: T
  readonly problems: readonly Problem[]
}

/** A path as text: `host[1].weight`. */
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

/** The text of all problems, one line each. Problems of the same option come together, those of a list in its order. */
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
