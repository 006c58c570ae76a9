/** A pool whose connections are acquired and released. */
export interface PromiseSubject<T = unknown> {
  readonly configuration: string
  acquire(): Promise<T>
  release(connection: T): void
  end(): Promise<unknown>
}

/** The same with callbacks. */
export interface CallbackSubject<T = unknown> {
  readonly configuration: string
  acquire(done: (error: Error | null, connection?: T) => void): void
  release(connection: T): void
  end(): Promise<unknown>
}

export type CycleSubject =
  | { readonly api: 'promise'; readonly subject: PromiseSubject }
  | { readonly api: 'callback'; readonly subject: CallbackSubject }
