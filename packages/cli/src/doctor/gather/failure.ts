import { ErrorClass, errorClassOf, isHostpoolError, isTlsError, isUnreachable } from '@mysql-hostpool/core'

import { Late } from '../../deadline.js'
import type { FailureStage, HostFailure } from '../facts.js'

/** The failure that an error stands for, with the step at which the host could not be asked. */
export function failureOf(error: unknown): HostFailure {
  const root = rootOf(error)
  if (!(root instanceof Error)) return { stage: 'other', message: String(root), code: undefined, errno: undefined }
  const { code, errno } = root as { readonly code?: unknown; readonly errno?: unknown }
  return {
    stage: stageOf(root, code),
    message: root.message,
    code: typeof code === 'string' ? code : undefined,
    errno: typeof errno === 'number' && errno > 0 ? errno : undefined,
  }
}

/** The error of the server or the network, which is the cause of the pool's own errors. */
function rootOf(error: unknown): unknown {
  let root = error
  while (isHostpoolError(root) && root.cause instanceof Error) root = root.cause
  return root
}

function stageOf(error: Error, code: unknown): FailureStage {
  if (error instanceof Late || code === 'ETIMEDOUT' || code === 'ERR_HOSTPOOL_ACQUIRE_TIMEOUT') return 'silent'
  if (isTlsError(error)) return 'tls'
  if (isUnreachable(error)) return 'unreachable'
  switch (errorClassOf(error)) {
    case ErrorClass.configuration:
      return 'login'
    case ErrorClass.overload:
      return 'full'
    case ErrorClass.timeout:
      return 'silent'
    case ErrorClass.statement:
      return isAnswer(error) ? 'session' : 'other'
    default:
      return 'other'
  }
}

/** Whether an error came from the server: such errors have a positive number. */
function isAnswer(error: object): boolean {
  return 'errno' in error && typeof error.errno === 'number' && error.errno > 0
}
