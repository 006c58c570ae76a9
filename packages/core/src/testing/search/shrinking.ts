import type { KindOfLife, Life, Living } from './lives.js'

type Plainer<Options, Operation> = Pick<KindOfLife<Options, Operation>, 'plainerOptions' | 'plainerOperations'>

/**
 * A search for a shorter life that breaks the same rule: it leaves out steps, at first many at a time, and then options and
 * details.
 */
export function* shrinking<Options, Operation>(
  kind: Plainer<Options, Operation>,
  life: Life<Options, Operation>,
  rule: string,
): Living<Life<Options, Operation>, Life<Options, Operation>> {
  let best = life
  for (;;) {
    const before = JSON.stringify(best)
    best = yield* withFewerOperations(best, rule)
    best = yield* withPlainerOptions(kind, best, rule)
    best = yield* withPlainerOperations(kind, best, rule)
    if (JSON.stringify(best) === before) return best
  }
}

function* withFewerOperations<Options, Operation>(
  life: Life<Options, Operation>,
  rule: string,
): Living<Life<Options, Operation>, Life<Options, Operation>> {
  let { operations } = life
  for (let length = Math.ceil(operations.length / 2); length > 0; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    for (let start = 0; start < operations.length;) {
      const fewer = operations.toSpliced(start, length)
      const violation = yield { ...life, operations: fewer }
      if (violation?.rule === rule) operations = fewer
      else start += length
    }
  }
  return { ...life, operations }
}

function* withPlainerOptions<Options, Operation>(
  kind: Plainer<Options, Operation>,
  life: Life<Options, Operation>,
  rule: string,
): Living<Life<Options, Operation>, Life<Options, Operation>> {
  let best = life
  for (const plainerOf of kind.plainerOptions) {
    const candidate = { ...best, options: { ...best.options, ...plainerOf(best.options) } }
    if (JSON.stringify(candidate) === JSON.stringify(best)) continue
    const violation = yield candidate
    if (violation?.rule === rule) best = candidate
  }
  return best
}

function* withPlainerOperations<Options, Operation>(
  kind: Plainer<Options, Operation>,
  life: Life<Options, Operation>,
  rule: string,
): Living<Life<Options, Operation>, Life<Options, Operation>> {
  let best = life
  for (let index = 0; index < best.operations.length; index += 1) {
    for (let improved = true; improved;) {
      improved = false
      const operation = best.operations[index]
      if (operation === undefined) break
      for (const plainer of kind.plainerOperations(operation)) {
        if (JSON.stringify(plainer) === JSON.stringify(operation)) continue
        const candidate = { ...best, operations: best.operations.with(index, plainer) }
        const violation = yield candidate
        if (violation?.rule !== rule) continue
        best = candidate
        improved = true
        break
      }
    }
  }
  return best
}
