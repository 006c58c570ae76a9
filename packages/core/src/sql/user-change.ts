/** The user that a connection becomes; what is left out stays as the pool's. */
export interface UserChange {
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly database?: string | undefined
}
