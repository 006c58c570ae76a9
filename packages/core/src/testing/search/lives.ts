/** A rule that did not hold. */
export interface Violation {
  readonly rule: string
  readonly detail: string
}

/** A whole life: data that can be printed, shortened and lived again. */
export interface Life<Options, Operation> {
  readonly seed: number
  readonly options: Options
  readonly operations: readonly Operation[]
}

/** A kind of life: the generator from a seed, and the ways to make a life plainer. */
export interface KindOfLife<Options, Operation> {
  generate(seed: number): Life<Options, Operation>
  /** The length of a life, as searches count it. */
  sizeOf(life: Life<Options, Operation>): number
  /**
   * Ways to make a life plainer. Each is tried on the result of those before. Of two ways for the same option the plainer comes
   * last.
   */
  readonly plainerOptions: readonly ((options: Options) => Partial<Options>)[]
  plainerOperations(operation: Operation): readonly Operation[]
}

/** The result of a search. */
export interface Finding<L> {
  /** The number of operations before the violation. */
  readonly after: number
  readonly violation: Violation
  /** The life as it was generated. */
  readonly life: L
  /** The life made as short as possible. */
  readonly shortened: L
}

export interface SearchResult<L> {
  readonly operations: number
  readonly lives: number
  readonly finding: Finding<L> | undefined
}

/** A search: it yields lives to be lived, one after the other, and receives the violation of each. */
export type Living<L, Result> = Generator<L, Result, Violation | undefined>

/** Runs a search whose lives are lived within a call. */
export function liveAll<L, Result>(living: Living<L, Result>, live: (life: L) => Violation | undefined): Result {
  for (let step = living.next(); ;) {
    if (step.done === true) return step.value
    step = living.next(live(step.value))
  }
}

/** Runs a search whose lives take promises. */
export async function liveAllInTime<L, Result>(
  living: Living<L, Result>,
  live: (life: L) => Promise<Violation | undefined>,
): Promise<Result> {
  for (let step = living.next(); ;) {
    if (step.done === true) return step.value
    step = living.next(await live(step.value))
  }
}
