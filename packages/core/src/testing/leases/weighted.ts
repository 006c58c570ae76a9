import type { Random } from '../../selectors/selector.js'

export type Weighted<T> = readonly (readonly [weight: number, item: T])[]

/** A random element of a list, by the weights. */
export function weighted<T>(random: Random, items: Weighted<T>): T {
  let left = random() * items.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, item] of items) {
    left -= weight
    if (left < 0) return item
  }
  throw new Error('There is nothing to choose from')
}
