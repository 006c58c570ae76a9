export { instrument } from './instrument.js'
export type { InstrumentOptions, SpanOptions } from './instrument.js'
