import type { Dimension } from './dimension.js'
import { libraries } from './libraries.js'
import { runtimes } from './runtimes.js'
import { servers } from './servers.js'
import { typescript } from './typescript.js'

/** All there are, in the order of the tables; those that run on the usual servers come first. */
export const DIMENSIONS: readonly RunnableDimension[] = [
  runnable(runtimes),
  ...libraries.map((each) => runnable(each)),
  runnable(servers),
  runnable(typescript),
]

/** A dimension whose rows are known by their names alone. */
export interface RunnableDimension extends Omit<Dimension, 'run' | 'rows'> {
  readonly rows: readonly string[]
  readonly run: (row: string, workshop: Parameters<Dimension['run']>[1]) => ReturnType<Dimension['run']>
}

function runnable<Row extends { readonly name: string }>(dimension: Dimension<Row>): RunnableDimension {
  return {
    ...dimension,
    rows: dimension.rows.map(({ name }) => name),
    async run(name, workshop) {
      const row = dimension.rows.find((each) => each.name === name)
      if (row === undefined) throw new Error(`${dimension.name} has no row ${name}`)
      return dimension.run(row, workshop)
    },
  }
}
