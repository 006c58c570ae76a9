/** A pool whose connections are borrowed and given back. */
export interface PromiseSubject<T = unknown> {
  readonly configuration: string
  borrow(): Promise<T>
  giveBack(connection: T): void
  end(): Promise<unknown>
}

/** The same with callbacks. */
export interface CallbackSubject<T = unknown> {
  readonly configuration: string
  borrow(done: (error: Error | null, connection?: T) => void): void
  giveBack(connection: T): void
  end(): Promise<unknown>
}

export type CycleSubject =
  | { readonly api: 'promise'; readonly subject: PromiseSubject }
  | { readonly api: 'callback'; readonly subject: CallbackSubject }
