import { reportFault } from '@mysql-hostpool/core'

/** Does a part of the page's work. The page only shows the application: an error in it must not end the process. */
export function orReport(work: () => void): void {
  try {
    work()
  } catch (error) {
    reportFault('A status page failed', error)
  }
}
