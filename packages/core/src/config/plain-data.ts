/** True for `{…}` and for instances of a caller's own options class; not for arrays, Buffers and functions. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}

/**
 * A copy of an options object without its `undefined` values. Later changes of the original do not change the copy. Plain objects
 * and arrays are copied as deep as options go and no deeper, because a mistaken value may contain itself. Buffers, functions and
 * instances of classes are kept.
 */
export function plainCopy(source: Readonly<Record<string, unknown>>, depth = 3): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined) continue
    // Not by assignment, which would set the prototype for a key named __proto__.
    Object.defineProperty(copy, name, {
      value: copyOf(value, depth - 1),
      enumerable: true,
      writable: true,
      configurable: true,
    })
  }
  return copy
}

function copyOf(value: unknown, depth: number): unknown {
  if (depth < 0) return value
  if (Array.isArray(value)) return value.map((part) => copyOf(part, depth - 1))
  return isPlainObject(value) && isLiteral(value) ? plainCopy(value, depth) : value
}

function isLiteral(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** Freezes a tree of objects and arrays. A Buffer cannot be frozen, and is left as it is. */
export function deepFreeze<T>(value: T): T {
  if (!Array.isArray(value) && !isPlainObject(value)) return value
  for (const part of Object.values(value)) deepFreeze(part)
  return Object.freeze(value)
}
