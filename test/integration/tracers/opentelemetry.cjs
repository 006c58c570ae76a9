'use strict'

const { context, trace } = require('@opentelemetry/api')
const { registerInstrumentations } = require('@opentelemetry/instrumentation')
const { MySQL2Instrumentation } = require('@opentelemetry/instrumentation-mysql2')
const { InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base')
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node')

const memory = new InMemorySpanExporter()
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] })
provider.register()
registerInstrumentations({ tracerProvider: provider, instrumentations: [new MySQL2Instrumentation()] })

const { countStatements } = require('./count-statements.cjs')

void countStatements(async (work) => {
  memory.reset()
  const span = trace.getTracer('test').startSpan('request')
  await context.with(trace.setSpan(context.active(), span), work)
  span.end()
  const { traceId } = span.spanContext()
  const spans = memory.getFinishedSpans().filter((one) => one.spanContext().traceId === traceId)
  return spans.filter(({ attributes }) =>
    (attributes['db.query.text'] ?? attributes['db.statement'])?.startsWith('SELECT'),
  ).length
})
