import type { HostMessage, Pool, PoolEvents } from '@mysql-hostpool/core'

import { failureAttributes } from './failure.js'
import type { Instruments } from './instruments.js'
import { Attribute } from './names.js'
import { serverAttributes } from './server.js'
import { subscribe } from './subscribe.js'

/** Records the times of a pool's connections and probes. @returns a function that ends the recording */
export function recordPool(pool: Pool, poolName: string, instruments: Instruments): () => void {
  const attributes = { [Attribute.poolName]: poolName }
  const opened = ({ duration }: PoolEvents['connectionOpened']): void =>
    instruments.createTime.record(duration / 1000, attributes)
  const acquired = ({ waited }: PoolEvents['acquire']): void => instruments.waitTime.record(waited / 1000, attributes)
  const released = ({ held }: PoolEvents['release']): void => instruments.useTime.record(held / 1000, attributes)
  pool.on('connectionOpened', opened).on('acquire', acquired).on('release', released)
  const unsubscribe = subscribe('mysql-hostpool:host', pool, {
    asyncEnd: (message: HostMessage) => {
      if (message.type !== 'probe' || message.outcome === 'aborted') return
      instruments.probes.record(message.duration / 1000, {
        ...attributes,
        ...serverAttributes(message.host),
        ...failureAttributes(message.error, message.errorType),
      })
    },
  })
  return () => {
    unsubscribe()
    pool.off('connectionOpened', opened).off('acquire', acquired).off('release', released)
  }
}
