import { isAnswer } from '../errors/error-class.js'

/** The call site of a statement, as V8 captured it. V8 makes the text when `stack` is first read. */
export interface CallSite {
  readonly stack?: string
}

/** The original stack of each error to which callers were added: one error may reach several callers. */
const before = new WeakMap<Error, string>()

/**
 * Captures the stack of a call to the pool. A capture costs a microsecond or two, so only the option `trace` turns captures on.
 * @param owner - the object whose method was called; the stack leaves out that method and the functions it calls
 */
export function callSite<T extends object>(owner: T, method: keyof T): CallSite {
  return takenDown(owner[method])
}

function takenDown(callee: unknown): CallSite {
  const site: { stack?: string } = {}
  // A callee that is no function leaves no frame out.
  Error.captureStackTrace(site, callee as () => void)
  return site
}

/**
 * Rejects a promise with an error whose stack names the functions that await the promise. The driver makes an error when an
 * answer comes out of the socket, and that call stack holds no caller. V8 can list the functions that await a promise at any
 * time, so the pool captures no stack while statements succeed. A promise that no function awaits yet has no callers to list:
 * for such promises there is the option `trace`.
 * @param resolve - resolves the promise, which must be pending; the promise settles in a later turn
 */
export function failNamingCallers(resolve: (failure: Promise<never>) => void, error: Error, site?: CallSite): void {
  resolve(failure(error, site))
}

async function failure(reason: Error, site: CallSite | undefined): Promise<never> {
  // After two microtasks the caller's promise has adopted this one, and V8 sees from here the functions that await the
  // caller's.
  await Promise.resolve()
  await Promise.resolve()
  nameCallers(reason, site ?? takenDown(failure))
  throw reason
}

/**
 * Adds the callers to the stack. The frames of a server's error belong to the packet parser and tell nothing, so the callers
 * replace them. The frames of any other error stay.
 */
function nameCallers(error: Error, { stack }: CallSite): void {
  const frames = stack?.split('\n').filter(isFrame) ?? []
  const own = before.get(error) ?? error.stack
  if (frames.length === 0 || typeof own !== 'string' || !Object.isExtensible(error)) return
  before.set(error, own)
  const lines = own.split('\n')
  const kept = isAnswer(error) ? lines.filter((line) => !isFrame(line)) : lines
  error.stack = [...kept, ...frames].join('\n')
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line)
}
