import { isAnswer } from '../errors/error-class.js'

/** Where a statement was asked for, as V8 took it down; its text is made when it is read. */
export interface CallSite {
  readonly stack?: string
}

/** The stacks that errors had before callers were added to them: one error may be told to several. */
const before = new WeakMap<Error, string>()

/**
 * Takes down where the pool was called, which costs a microsecond or two. Only where `trace` asks for it.
 * @param owner - whose method was called; it and what it calls are left out
 */
export function callSite<T extends object>(owner: T, method: keyof T): CallSite {
  return takenDown(owner[method])
}

function takenDown(callee: unknown): CallSite {
  const site: { stack?: string } = {}
  // what is no function leaves nothing out
  Error.captureStackTrace(site, callee as () => void)
  return site
}

/**
 * Settles a promise with an error whose stack names the functions that wait for it. An error is made where an answer comes out
 * of a socket, which knows nothing of any caller; V8 does, from whatever awaits a promise at the time it is asked. So nothing is
 * taken down while statements succeed. A promise that nothing awaits yet has no callers: `trace` is for those.
 * @param resolve - of the promise, which nothing has settled; it is not settled in the same turn
 */
export function failNamingCallers(resolve: (failure: Promise<never>) => void, error: Error, site?: CallSite): void {
  resolve(failure(error, site))
}

async function failure(reason: Error, site: CallSite | undefined): Promise<never> {
  // By the second turn the promise waits for this one, and what awaits the promise can be seen from here.
  await Promise.resolve()
  await Promise.resolve()
  nameCallers(reason, site ?? takenDown(failure))
  throw reason
}

/** The frames of a server's error are those of the parser that read it, and tell nothing; those of any other error may. */
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
