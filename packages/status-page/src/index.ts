export { statusPage } from './status-page.js'
export type { StatusPageHandler } from './status-page.js'
export type { StatusPageOptions } from './options.js'
