import type { Queryable } from '@mysql-hostpool/core'

export const PRODUCTS = 20

// Every write carries the key of its request. It is not declared unique: whether a row was written twice is to be seen
// in the data, not prevented there.
const TABLES = {
  hostpool_shop_product: `
    id INT PRIMARY KEY,
    name VARCHAR(100) NOT NULL`,
  hostpool_shop_cart_item: `
    id INT AUTO_INCREMENT PRIMARY KEY,
    request CHAR(36) NOT NULL,
    product_id INT NOT NULL,
    KEY (request)`,
  hostpool_shop_order: `
    id INT AUTO_INCREMENT PRIMARY KEY,
    request CHAR(36) NOT NULL,
    placed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    KEY (request)`,
  hostpool_shop_order_line: `
    id INT AUTO_INCREMENT PRIMARY KEY,
    order_id INT NOT NULL,
    product_id INT NOT NULL,
    FOREIGN KEY (order_id) REFERENCES hostpool_shop_order (id)`,
  hostpool_shop_rating: `
    id INT AUTO_INCREMENT PRIMARY KEY,
    request CHAR(36) NOT NULL,
    product_id INT NOT NULL,
    stars TINYINT NOT NULL,
    KEY (request)`,
  hostpool_shop_review: `
    id INT AUTO_INCREMENT PRIMARY KEY,
    request CHAR(36) NOT NULL,
    text VARCHAR(200) NOT NULL,
    product_id INT NOT NULL,
    KEY (request)`,
  hostpool_shop_photo: `
    id INT AUTO_INCREMENT PRIMARY KEY,
    caption VARCHAR(100) NOT NULL,
    review_id INT NOT NULL,
    FOREIGN KEY (review_id) REFERENCES hostpool_shop_review (id)`,
} as const

/** Makes the shop's tables anew, with products to sell. */
export async function createTables(database: Queryable): Promise<void> {
  await dropTables(database)
  for (const [name, columns] of Object.entries(TABLES)) {
    await database.query(`CREATE TABLE ${name} (${columns}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`)
  }
  const products = Array.from({ length: PRODUCTS }, (_, index) => [index + 1, productName(index + 1)])
  await database.query('INSERT INTO hostpool_shop_product (id, name) VALUES ?', [products])
}

export async function dropTables(database: Queryable): Promise<void> {
  await database.query(`DROP TABLE IF EXISTS ${Object.keys(TABLES).toReversed().join(', ')}`)
}

export function productName(id: number): string {
  return `product ${id}`
}

const ROWS_BY_REQUEST = `
  SELECT request, COUNT(*) AS found FROM (
    SELECT request FROM hostpool_shop_cart_item
    UNION ALL SELECT request FROM hostpool_shop_order
    UNION ALL SELECT request FROM hostpool_shop_order JOIN hostpool_shop_order_line ON order_id = hostpool_shop_order.id
    UNION ALL SELECT request FROM hostpool_shop_rating
    UNION ALL SELECT request FROM hostpool_shop_review
    UNION ALL SELECT request FROM hostpool_shop_review JOIN hostpool_shop_photo ON review_id = hostpool_shop_review.id
  ) AS written GROUP BY request`

/** How many rows each request has left in the shop's tables. */
export async function countRows(database: Queryable): Promise<ReadonlyMap<string, number>> {
  const [rows] = await database.query<{ request: string; found: number }[]>(ROWS_BY_REQUEST)
  return new Map(rows.map(({ request, found }) => [request, found]))
}
