/** Of the symbol registry: the listener may come from another copy of this package. */
const OBSERVES = Symbol.for('mysql-hostpool.observes')

/**
 * Marks a listener that only shows events, such as that of a page. A `warning` that no other listener hears is still a warning
 * of the process, so an operator who does not look at the page reads the warning in the log.
 * @typeParam L - the type of the listener, which stays the same
 */
export function observing<L extends (event: never) => void>(listener: L): L {
  return Object.assign(listener, { [OBSERVES]: true })
}

/** Whether a subscription only shows events. */
export function isObserver({ listener }: { readonly listener: object }): boolean {
  return OBSERVES in listener
}
