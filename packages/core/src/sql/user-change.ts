/** The user that a connection changes to. Missing properties stay as the pool's. */
export interface UserChange {
  /** The account. */
  readonly user?: string | undefined
  /** Its password, which no error and no event shows. */
  readonly password?: string | undefined
  /** The database of the session. */
  readonly database?: string | undefined
}
