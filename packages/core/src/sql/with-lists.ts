import { Mark, Token } from './lexer.js'
import { Word, wordOf } from './words.js'

/** The parts that may come next in the list after WITH. */
const Next = { name: 0, afterName: 1, columns: 2, as: 3, open: 4, body: 5, afterBody: 6 } as const

/**
 * Follows the lists of common table expressions, `WITH a (x, y) AS (…), b (z) AS (…)`. In such a list a name before a
 * parenthesis is no call. A token that does not fit the form ends the list.
 */
export class WithLists {
  readonly #depths: number[] = []
  readonly #next: number[] = []

  begin(depth: number): void {
    this.#depths.push(depth)
    this.#next.push(Next.name)
  }

  /**
   * Takes in a token, with the number of parentheses that are open after it. Returns whether the token is the name of such an
   * expression.
   */
  take(token: number, depth: number): boolean {
    let top = this.#depths.length - 1
    while (top >= 0 && depth < (this.#depths[top] ?? 0)) {
      this.#end()
      top -= 1
    }
    if (top < 0 || depth > (this.#depths[top] ?? 0)) {
      if (top >= 0 && token === Mark.open && depth === (this.#depths[top] ?? 0) + 1) this.#opened(top)
      return false
    }
    const next = this.#step(token, this.#next[top])
    if (next === undefined) this.#end()
    else this.#next[top] = next
    return next === Next.afterName
  }

  #opened(top: number): void {
    const now = this.#next[top]
    if (now === Next.afterName) this.#next[top] = Next.columns
    else if (now === Next.open) this.#next[top] = Next.body
    else this.#end()
  }

  #step(token: number, now: number | undefined): number | undefined {
    switch (now) {
      case Next.name:
        if (wordOf(token) === Word.recursive) return Next.name
        return token >= Token.word || token === Token.quotedName || token === Token.doubleQuoted
          ? Next.afterName
          : undefined
      case Next.afterName:
      case Next.as:
        return wordOf(token) === Word.as ? Next.open : undefined
      case Next.columns:
        return token === Mark.close ? Next.as : undefined
      case Next.body:
        return token === Mark.close ? Next.afterBody : undefined
      case Next.afterBody:
        return token === Mark.comma ? Next.name : undefined
      default:
        return undefined
    }
  }

  #end(): void {
    this.#depths.pop()
    this.#next.pop()
  }
}
