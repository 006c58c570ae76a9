/** True for `{…}` and for instances of a caller's own options class; not for arrays, Buffers and functions. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}

/**
 * A copy of an options object without what is `undefined`, so that later changes to the original do not reach it. Plain
 * objects and arrays in it are copied as deep as options go, and no deeper: a mistaken value may lead round in circles.
 * Buffers, functions and instances of classes are kept.
 */
export function plainCopy(source: Readonly<Record<string, unknown>>, depth = 3): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined) continue
    // Not by assignment, which would take an own key named __proto__ for something else.
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

/** Freezes a tree of objects and arrays; a Buffer in it cannot be frozen and stays the caller's. */
export function deepFreeze<T>(value: T): T {
  if (!Array.isArray(value) && !isPlainObject(value)) return value
  for (const part of Object.values(value)) deepFreeze(part)
  return Object.freeze(value)
}
