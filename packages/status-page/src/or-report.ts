import { reportFault } from '@mysql-hostpool/core'

/** Does a part of the page's work, and reports an error as a warning: an error of the page must not end the application. */
export function orReport(work: () => void): void {
  try {
    work()
  } catch (error) {
    reportFault('A status page failed', error)
  }
}
