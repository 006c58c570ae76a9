import { expect, it } from 'vitest'

import { endsTransaction } from './ends-transaction.js'
import { HostpoolError } from './hostpool-error.js'

const server = (errno: number, more: object = {}): Error => Object.assign(new Error('told'), { errno, ...more })
const socket = (code: string): Error => Object.assign(new Error('told'), { code })

it.each([
  ['a deadlock', server(1213), true],
  ['a failed certification', server(3101), true],
  ['a record that has changed since it was read', server(1020), true],
  ['a node that left its cluster', server(1047), true],
  ['a server in offline mode', server(3032), true],
  ['a commit of which the server does not know whether it happened', server(1180), true],
  ['a server that shuts down', server(1053), true],
  ['a lost connection', socket('PROTOCOL_CONNECTION_LOST'), true],
  ['a timeout of a statement, which closes its connection', socket('PROTOCOL_SEQUENCE_TIMEOUT'), true],
  ['a record of TLS that cannot be read', socket('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC'), true],
  ['a duplicate key that the server hangs up after', server(1062, { fatal: true }), true],
  ['an outcome that is unknown', new HostpoolError('ERR_HOSTPOOL_OUTCOME_UNKNOWN', ''), true],
  ['a lock wait timeout, which undoes one statement', server(1205), false],
  ['a duplicate key', server(1062), false],
  ['a write that the server does not take', server(1290), false],
  ['a privilege that one statement lacks', server(1044), false],
  ['an error of the program', new TypeError('x'), false],
  ['what is no error', { errno: 1213 }, false],
])('%s ends the transaction: %s', (_, error, over) => {
  expect(endsTransaction(error)).toBe(over)
})
