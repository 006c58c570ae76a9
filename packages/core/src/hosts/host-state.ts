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
  /** It is not of the cluster that it belongs to: nothing that is under way there may come to its end. */
  readonly astray: boolean
  /** Works, but should be spared: a donor, a node that is catching up. */
  readonly lastResort: boolean
}

/** What can be learnt about a host. */
export type HostSignal =
  /** It answered and takes part in its cluster. */
  | {
      readonly kind: 'usable'
      readonly writable: boolean
      readonly lastResort: boolean
      readonly reason: string
      /** False when the host is only not known to be bad: no probe was let in to ask. Default true. */
      readonly proven?: boolean
    }
  /** A connection to it was opened. */
  | { readonly kind: 'contacted' }
  /** Nobody answers, or what answers cannot be used. */
  | {
      readonly kind: 'unusable'
      readonly reason: string
      readonly error?: Error | undefined
      readonly hung?: boolean
      readonly astray?: boolean
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
}

export function stateOf(condition: HostCondition): HostState {
  const { draining, health, contacted } = condition
  if (draining) return HostState.draining
  return health === 'up' && !contacted ? HostState.unknown : health
}

/** The one place where a host's condition changes. Answers the same object when nothing did. */
export function transition(condition: HostCondition, signal: HostSignal): HostCondition {
  switch (signal.kind) {
    case 'usable': {
      const { writable, lastResort, reason, proven = true } = signal
      const contacted = condition.contacted || proven
      const same =
        condition.health === 'up' &&
        condition.contacted === contacted &&
        condition.writable === writable &&
        condition.lastResort === lastResort &&
        condition.reason === reason
      return same
        ? condition
        : {
            ...condition,
            health: 'up',
            contacted,
            reason,
            error: undefined,
            writable,
            lastResort,
            hung: false,
            astray: false,
          }
    }
    case 'contacted':
      return condition.contacted ? condition : { ...condition, contacted: true }
    case 'unusable': {
      // Down is down: the first reason stays until the host is back, or a probe knows better words for it.
      const hung = signal.hung === true
      const astray = signal.astray === true
      const same =
        condition.health === 'down' &&
        condition.reason === signal.reason &&
        condition.hung === hung &&
        condition.astray === astray
      const error = signal.error ?? condition.error
      return same ? condition : { ...condition, health: 'down', reason: signal.reason, error, hung, astray }
    }
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
