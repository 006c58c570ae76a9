import { ErrorClass } from '../errors/error-class.js'

/**
 * Why the pool has sent a statement again: its connection was lost, its server was not ready (a Galera node outside of its
 * cluster), took no writes, or undid the statement because another transaction came first.
 */
export type RetryCause = Extract<ErrorClass, 'lost' | 'notReady' | 'readOnly' | 'conflict'>

/** The cause that an error of this class is for a retry. No error of any other class leads to one, apart from those of lost connections. */
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
