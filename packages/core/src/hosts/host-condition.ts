import { HostState } from '../selectors/host-state.js'

/** The health of a host at one moment, as far as the pool knows it. */
export interface HostCondition {
  readonly health: 'up' | 'suspect' | 'down'
  /** A usable server has answered at this address. */
  readonly contacted: boolean
  readonly draining: boolean
  /** The reason for this condition, in words; empty for a host that is up. */
  readonly reason: string
  /** The error that led to this condition, if there was one. */
  readonly error: Error | undefined
  /** Whether the host accepts writes. True until the pool learns otherwise. */
  readonly writable: boolean
  /** The host accepted a statement or a probe and never answered. No borrower waits for the statements under way there. */
  readonly hung: boolean
  /** The host is outside its cluster, or another host is the source now. Statements under way there must not be completed. */
  readonly astray: boolean
  /** The host works but should be spared: a donor, or a node that is catching up. */
  readonly lastResort: boolean
  /** The reason why the host cannot be used, from its own last answer; empty if that answer was good, or there was none. */
  readonly unfit: string
  /** The host has refused the login of the last probe since it became down or suspect: its role is not known. */
  readonly loginRefused: boolean
}

/** The news of a host that can change its condition. */
export type HostSignal =
  /** The host answered and takes part in its cluster. */
  | {
      readonly kind: 'usable'
      readonly writable: boolean
      readonly lastResort: boolean
      readonly reason: string
    }
  /** A connection to the host was opened. */
  | { readonly kind: 'contacted' }
  /** No server answers, or the server that answers cannot be used. */
  | {
      readonly kind: 'unusable'
      readonly reason: string
      readonly error?: Error | undefined
      readonly hung?: boolean
      readonly astray?: boolean
      /** The reason is the answer of a server. Default false: no server has answered. */
      readonly said?: boolean
    }
  /** The host answers, and refuses the login of a probe. */
  | {
      readonly kind: 'loginRefused'
      readonly reason: string
      readonly error: Error
      /** Whether the pool may use the host before a probe can log in. */
      readonly mayServe: boolean
    }
  /** Something broke, and the host may or may not be the cause. */
  | { readonly kind: 'doubtful'; readonly reason: string; readonly error?: Error | undefined }
  /** The host refused a write because it is read-only. */
  | { readonly kind: 'readOnly'; readonly reason: string }
  | { readonly kind: 'drain' }
  | { readonly kind: 'undrain' }

/**
 * The condition of a new host. A new host counts as usable, so that the first statement need not wait for a probe. The state of
 * the host is `unknown` until a server has answered.
 */
export const initialCondition: HostCondition = {
  health: 'up',
  contacted: false,
  draining: false,
  reason: '',
  error: undefined,
  writable: true,
  hung: false,
  astray: false,
  lastResort: false,
  unfit: '',
  loginRefused: false,
}

export function stateOf(condition: HostCondition): HostState {
  const { draining, health, contacted } = condition
  if (draining) return HostState.draining
  return health === 'up' && !contacted ? HostState.unknown : health
}

/** Whether no server has told its role since something broke there. The pool uses such a host only when no other host serves. */
export function isUnproven({ health, loginRefused }: HostCondition): boolean {
  return health === 'suspect' && loginRefused
}

/** Computes the next condition of a host: no other function does. Returns the same object when nothing changes. */
export function transition(condition: HostCondition, signal: HostSignal): HostCondition {
  switch (signal.kind) {
    case 'usable': {
      const { writable, lastResort, reason } = signal
      const same =
        condition.health === 'up' &&
        condition.contacted &&
        condition.writable === writable &&
        condition.lastResort === lastResort &&
        condition.reason === reason
      return same
        ? condition
        : {
            ...condition,
            health: 'up',
            contacted: true,
            reason,
            error: undefined,
            writable,
            lastResort,
            hung: false,
            astray: false,
            unfit: '',
            loginRefused: false,
          }
    }
    case 'contacted':
      return condition.contacted ? condition : { ...condition, contacted: true }
    case 'unusable': {
      const hung = signal.hung === true
      const astray = signal.astray === true
      // An unreachable host keeps the reason of its own last answer.
      const unfit = signal.said === true ? signal.reason : condition.unfit
      const same =
        condition.health === 'down' &&
        condition.reason === signal.reason &&
        condition.hung === hung &&
        condition.astray === astray &&
        condition.unfit === unfit &&
        !condition.loginRefused
      const error = signal.error ?? condition.error
      const { reason } = signal
      return same
        ? condition
        : { ...condition, health: 'down', reason, error, hung, astray, unfit, loginRefused: false }
    }
    case 'loginRefused':
      return loginRefused(condition, signal)
    case 'doubtful':
      if (condition.health !== 'up') return condition
      return { ...condition, health: 'suspect', reason: signal.reason, error: signal.error }
    case 'readOnly':
      return condition.writable ? { ...condition, writable: false, reason: signal.reason } : condition
    case 'drain':
      return condition.draining ? condition : { ...condition, draining: true }
    case 'undrain':
      return condition.draining ? { ...condition, draining: false } : condition
    default:
      return signal satisfies never
  }
}

/** A refused login says nothing about the role of the host: the knowledge of the host stays. */
function loginRefused(
  condition: HostCondition,
  { reason: words, error, mayServe }: Extract<HostSignal, { readonly kind: 'loginRefused' }>,
): HostCondition {
  const { health, contacted, unfit } = condition
  if (health === 'up' && mayServe) {
    // The pool's own connects will show whether the host can be used.
    return contacted || condition.reason === words ? condition : { ...condition, reason: words }
  }
  const isBarred = !mayServe || (health === 'down' && unfit !== '')
  const reason = unfit === '' ? words : `${unfit}; ${words}`
  if (condition.loginRefused && condition.reason === reason) return condition
  if (isBarred) return { ...condition, health: 'down', reason, error, loginRefused: true }
  // The server may have been restarted in another role meanwhile.
  return { ...condition, health: 'suspect', reason, error, hung: false, astray: false, loginRefused: true }
}
