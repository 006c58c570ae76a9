import { ErrorClass } from '../errors/error-class.js'

/**
 * The cause of a retry: the statement's connection was lost; or its server was not ready (a Galera node outside of its cluster),
 * took no writes, or undid the statement because another transaction came first.
 */
export type RetryCause = Extract<ErrorClass, 'lost' | 'notReady' | 'readOnly' | 'conflict'>

/**
 * The cause of a retry after an error of this class. Only errors of these three classes, and of lost connections, lead to a
 * retry.
 */
export function retryCause(errorClass: ErrorClass): RetryCause {
  switch (errorClass) {
    case ErrorClass.notReady:
    case ErrorClass.readOnly:
    case ErrorClass.conflict:
      return errorClass
    default:
      return ErrorClass.lost
  }
}
