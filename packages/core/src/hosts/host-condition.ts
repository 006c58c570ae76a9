import { HostState } from '../selectors/host-state.js'

/** Everything that is known of a host's health at one moment. */
export interface HostCondition {
  readonly health: 'up' | 'suspect' | 'down'
  /** A server has answered there as one that can be used. */
  readonly contacted: boolean
  readonly draining: boolean
  /** Why, in words; empty for a host that is simply up. */
  readonly reason: string
  /** What led here, where it was an error. */
  readonly error: Error | undefined
  /** Whether it accepts writes, as far as is known. */
  readonly writable: boolean
  /** It took a question and never answered: nothing that is under way there can be waited for. */
  readonly hung: boolean
  /** It is not of the cluster that it belongs to, or another one is the source: nothing under way there may come to its end. */
  readonly astray: boolean
  /** Works, but should be spared: a donor, a node that is catching up. */
  readonly lastResort: boolean
  /** Why it could not be used by its own account when it last gave one; empty when it could, or never gave one. */
  readonly unfit: string
  /** Since it went down, or came into doubt, it has refused the login of the last probe: what it is now is not known. */
  readonly loginRefused: boolean
}

/** What can be learnt about a host. */
export type HostSignal =
  /** It answered and takes part in its cluster. */
  | {
      readonly kind: 'usable'
      readonly writable: boolean
      readonly lastResort: boolean
      readonly reason: string
    }
  /** A connection to it was opened. */
  | { readonly kind: 'contacted' }
  /** No server answers, or the one that answers cannot be used. */
  | {
      readonly kind: 'unusable'
      readonly reason: string
      readonly error?: Error | undefined
      readonly hung?: boolean
      readonly astray?: boolean
      /** A server that answers has said or shown this of itself. Default false: none has answered. */
      readonly said?: boolean
    }
  /** It answers, and refuses the login of a probe. */
  | {
      readonly kind: 'loginRefused'
      readonly reason: string
      readonly error: Error
      /** Whether it may get callers at all before a probe is let in. */
      readonly mayServe: boolean
    }
  /** Something broke that may be the host's fault or not. */
  | { readonly kind: 'doubtful'; readonly reason: string; readonly error?: Error | undefined }
  /** It refused a write because it is read-only. */
  | { readonly kind: 'readOnly'; readonly reason: string }
  | { readonly kind: 'drain' }
  | { readonly kind: 'undrain' }

/**
 * Hosts are taken for usable until something else is seen, for the first statement need not wait for a probe; they count as up
 * once a server has answered.
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

/** Whether no server has said what it is since something broke there: used when no other host serves anything at all. */
export function isUnproven({ health, loginRefused }: HostCondition): boolean {
  return health === 'suspect' && loginRefused
}

/** The one place where a host's condition changes. Answers the same object when nothing did. */
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
      // Down is down: the first reason stays until the host is back, or a probe knows better words for it.
      const hung = signal.hung === true
      const astray = signal.astray === true
      // A host that cannot be reached is no better than it was by its own account.
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

/** A refusal of the login says nothing about the host: nothing that is known of it is taken back. */
function loginRefused(
  condition: HostCondition,
  { reason: words, error, mayServe }: Extract<HostSignal, { readonly kind: 'loginRefused' }>,
): HostCondition {
  const { health, contacted, unfit } = condition
  if (health === 'up' && mayServe) {
    // The pool's own connects will show; what was proven of a host still holds.
    return contacted || condition.reason === words ? condition : { ...condition, reason: words }
  }
  const isBarred = !mayServe || (health === 'down' && unfit !== '')
  const reason = unfit === '' ? words : `${unfit}; ${words}`
  if (condition.loginRefused && condition.reason === reason) return condition
  if (isBarred) return { ...condition, health: 'down', reason, error, loginRefused: true }
  // It may have been started anew meanwhile, as something else than it was.
  return { ...condition, health: 'suspect', reason, error, hung: false, astray: false, loginRefused: true }
}
