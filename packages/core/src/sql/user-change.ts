/** The user that a connection changes to. Missing properties stay as the pool's. */
export interface UserChange {
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly database?: string | undefined
}
