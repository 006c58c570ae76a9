import type { Pool } from '@mysql-hostpool/core'

// The tables of schema.prisma, so that this example runs by itself; an application has `prisma migrate`.
const TABLES = [
  `CREATE TABLE hostpool_example_customer (
    id INT AUTO_INCREMENT PRIMARY KEY,
    email VARCHAR(100) NOT NULL UNIQUE,
    name VARCHAR(100)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  `CREATE TABLE hostpool_example_order (
    id INT AUTO_INCREMENT PRIMARY KEY,
    total DECIMAL(10, 2) NOT NULL,
    paid BOOLEAN NOT NULL DEFAULT FALSE,
    placed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    customer_id INT NOT NULL,
    FOREIGN KEY (customer_id) REFERENCES hostpool_example_customer (id) ON DELETE CASCADE
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
]

export async function createTables(pool: Pool): Promise<void> {
  await dropTables(pool)
  for (const sql of TABLES) await pool.query(sql)
}

export async function dropTables(pool: Pool): Promise<void> {
  await pool.query('DROP TABLE IF EXISTS hostpool_example_order, hostpool_example_customer')
}
