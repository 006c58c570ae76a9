export { Orders } from './orders.js'
export { Reviews } from './reviews.js'
export type { ShownReview } from './reviews.js'
export { countRows, createTables, dropTables, productName, PRODUCTS } from './tables.js'
