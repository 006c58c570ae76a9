'use strict'

const sentry = require('@sentry/node')

let transaction

sentry.init({
  // Nothing is sent: the transport throws away what it gets.
  dsn: 'http://key@127.0.0.1/1',
  tracesSampleRate: 1,
  traceLifecycle: 'static',
  transport: () => ({ send: () => Promise.resolve({}), flush: () => Promise.resolve(true) }),
  beforeSendTransaction: (event) => {
    transaction = event
    return event
  },
})

const { countStatements } = require('./count-statements.cjs')

void countStatements(async (work) => {
  transaction = undefined
  await sentry.startSpan({ name: 'request', op: 'test' }, work)
  await sentry.flush(2000)
  return transaction.spans.filter(({ description }) => description.startsWith('SELECT')).length
})
