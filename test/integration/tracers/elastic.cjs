'use strict'

const { createServer } = require('node:http')
const { createGunzip, createInflate } = require('node:zlib')

let lines = []

// In place of Elastic's server.
const server = createServer((request, response) => {
  const encoding = request.headers['content-encoding']
  const body =
    encoding === 'gzip'
      ? request.pipe(createGunzip())
      : encoding === 'deflate'
        ? request.pipe(createInflate())
        : request
  const chunks = []
  body.on('data', (chunk) => chunks.push(chunk))
  body.on('error', () => response.end())
  body.on('end', () => {
    lines.push(...Buffer.concat(chunks).toString().split('\n').filter(Boolean))
    response.end('{}')
  })
})

server.listen(0, '127.0.0.1', () => {
  const agent = require('elastic-apm-node').start({
    serverUrl: `http://127.0.0.1:${server.address().port}`,
    serviceName: 'test',
    centralConfig: false,
    logLevel: 'off',
    cloudProvider: 'none',
    spanCompressionEnabled: false,
    exitSpanMinDuration: 0,
    apiRequestTime: '1s',
    metricsInterval: 0,
  })
  const { countStatements } = require('./count-statements.cjs')
  const selects = () => lines.filter((line) => line.startsWith('{"span"') && /"statement":"SELECT/.test(line)).length
  void countStatements(async (work) => {
    lines = []
    const transaction = agent.startTransaction('request')
    await work()
    transaction.end()
    await new Promise((resolve) => agent.flush(resolve))
    for (let wait = 0; wait < 100 && selects() < 10; wait += 1) await new Promise((resolve) => setTimeout(resolve, 20))
    return selects()
  })
})
