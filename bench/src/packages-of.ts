/** What Node.js calls for each import; see "Customization hooks" in its documentation of modules. */
interface ResolveContext {
  readonly parentURL?: string
}
type NextResolve = (specifier: string, context: ResolveContext) => Promise<unknown>

let parentURL = ''

/** @param from - the address of a module in the checkout whose packages are to be loaded */
export function initialize(from: string): void {
  parentURL = from
}

/** The pool's packages come from the other checkout; the benchmark itself and its tools from this one. */
export function resolve(specifier: string, context: ResolveContext, next: NextResolve): Promise<unknown> {
  const isPool = specifier.startsWith('@mysql-hostpool/') && !specifier.startsWith('@mysql-hostpool/test')
  return next(specifier, isPool ? { ...context, parentURL } : context)
}
