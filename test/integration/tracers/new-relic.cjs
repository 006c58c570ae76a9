'use strict'

Object.assign(process.env, {
  NEW_RELIC_NO_CONFIG_FILE: 'true',
  NEW_RELIC_APP_NAME: 'test',
  NEW_RELIC_LICENSE_KEY: 'a'.repeat(40),
  NEW_RELIC_LOG_ENABLED: 'false',
  // Its cloud is not there; what it has seen is counted before it would be sent.
  NEW_RELIC_HOST: '127.0.0.1',
  NEW_RELIC_PORT: '9',
  NEW_RELIC_UTILIZATION_DETECT_AWS: 'false',
  NEW_RELIC_UTILIZATION_DETECT_GCP: 'false',
  NEW_RELIC_UTILIZATION_DETECT_AZURE: 'false',
})

const newrelic = require('newrelic')

const { countStatements } = require('./count-statements.cjs')

function selectsOf({ trace }) {
  const below = (id) =>
    trace
      .getChildren(id)
      .reduce((sum, { id: child, name }) => sum + below(child) + (/Datastore.*select/i.test(name) ? 1 : 0), 0)
  return below(trace.root.id)
}

void countStatements((work) =>
  newrelic.startBackgroundTransaction('request', async () => {
    await work()
    return selectsOf(newrelic.agent.tracer.getTransaction())
  }),
)
