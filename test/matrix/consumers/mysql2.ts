import { createPool } from '@mysql-hostpool/core'
import { mysql2Module, mysql2Pool } from '@mysql-hostpool/mysql2'
import type { Mysql2Pool } from '@mysql-hostpool/mysql2'
import type { RowDataPacket } from 'mysql2'

interface Product extends RowDataPacket {
  readonly name: string
}

const pool = createPool('mysql://app:secret@db1,db2/shop')
export const shape: Mysql2Pool = mysql2Pool(pool)
export const moduleInPlace = mysql2Module(pool)

export async function names(): Promise<readonly string[]> {
  const [rows] = await shape.promise().query<Product[]>('SELECT name FROM product')
  return rows.map(({ name }) => name)
}

export function first(done: (name: string | undefined) => void): void {
  shape.query<Product[]>('SELECT name FROM product', (error, rows) => done(error ? undefined : rows[0]?.name))
}
