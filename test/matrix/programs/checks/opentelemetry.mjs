// Metrics and spans by the API of this version, which are taken here without any SDK.
import assert from 'node:assert/strict'

import { createPool } from '@mysql-hostpool/core'
import { instrument } from '@mysql-hostpool/opentelemetry'

export default async function opentelemetry({ servers, sessionVariables }) {
  const spans = []
  const durations = []
  const pool = createPool({ ...servers, sessionVariables, connectionLimit: 2, poolName: 'matrix' })
  const stop = instrument(pool, { meterProvider: metersInto(durations), tracerProvider: tracersInto(spans) })
  try {
    await pool.query('SELECT 1 AS one')
    assert.ok(
      spans.some(({ ended }) => ended),
      'no span was ended',
    )
    assert.ok(
      durations.some(({ name, value }) => name === 'db.client.operation.duration' && value > 0),
      'no duration was recorded',
    )
  } finally {
    stop()
    await pool.end()
  }
}

function metersInto(durations) {
  const instrumentOf = (name) => ({
    record: (value) => durations.push({ name, value }),
    add() {},
    addCallback() {},
    removeCallback() {},
  })
  const meter = new Proxy(
    { addBatchObservableCallback() {}, removeBatchObservableCallback() {} },
    { get: (own, key) => own[key] ?? instrumentOf },
  )
  return { getMeter: () => meter }
}

function tracersInto(spans) {
  const startSpan = (name) => {
    const span = { name, ended: false }
    spans.push(span)
    const context = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
    const own = {
      end() {
        span.ended = true
      },
      isRecording: () => true,
      spanContext: () => context,
    }
    const chained = new Proxy(own, { get: (target, key) => target[key] ?? (() => chained) })
    return chained
  }
  return { getTracer: () => ({ startSpan }) }
}
