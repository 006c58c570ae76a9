/** A rule that did not hold. */
export interface Violation {
  readonly rule: string
  readonly detail: string
}

/** A whole life: what can be printed, shortened and lived again. */
export interface Life<Options, Operation> {
  readonly seed: number
  readonly options: Options
  readonly operations: readonly Operation[]
}

/** A kind of life: how one is made from its seed, and what makes one plainer. */
export interface KindOfLife<Options, Operation> {
  generate(seed: number): Life<Options, Operation>
  /** Its length as it is counted. */
  sizeOf(life: Life<Options, Operation>): number
  /** Each takes up what the ones before it have left; of two for the same option the plainer comes last. */
  readonly plainerOptions: readonly ((options: Options) => Partial<Options>)[]
  plainerOperations(operation: Operation): readonly Operation[]
}

/** What a search found. */
export interface Finding<L> {
  /** Operations before it. */
  readonly after: number
  readonly violation: Violation
  /** As generated. */
  readonly life: L
  /** Made as short as possible. */
  readonly shortened: L
}

export interface SearchResult<L> {
  readonly operations: number
  readonly lives: number
  readonly finding: Finding<L> | undefined
}

/** Asks for lives to be lived, one after the other, and is told of each which rule it broke. */
export type Living<L, Result> = Generator<L, Result, Violation | undefined>

/** Lives what is asked for, where a life is lived within a call. */
export function liveAll<L, Result>(living: Living<L, Result>, live: (life: L) => Violation | undefined): Result {
  for (let step = living.next(); ;) {
    if (step.done === true) return step.value
    step = living.next(live(step.value))
  }
}

/** The same where it takes promises. */
export async function liveAllInTime<L, Result>(
  living: Living<L, Result>,
  live: (life: L) => Promise<Violation | undefined>,
): Promise<Result> {
  for (let step = living.next(); ;) {
    if (step.done === true) return step.value
    step = living.next(await live(step.value))
  }
}
