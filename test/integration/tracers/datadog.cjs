'use strict'

const tracer = require('dd-trace').init({
  service: 'test',
  startupLogs: false,
  telemetry: { enabled: false },
  remoteConfig: { enabled: false },
  // It would look for an agent on this machine; traces go to the log in place of that.
  experimental: { exporter: 'log' },
})

const { countStatements } = require('./count-statements.cjs')

let lines = ''
const write = process.stdout.write.bind(process.stdout)
process.stdout.write = (text, ...rest) => {
  if (!String(text).startsWith('{"traces"')) return write(text, ...rest)
  lines += text
  return true
}

void countStatements(async (work) => {
  lines = ''
  await tracer.trace('request', work)
  await new Promise((resolve) => setTimeout(resolve, 50))
  const spans = lines
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => JSON.parse(line).traces.flat())
  const { trace_id: request } = spans.find(({ name }) => name === 'request')
  return spans.filter(({ resource, trace_id: trace }) => trace === request && resource.startsWith('SELECT')).length
})
