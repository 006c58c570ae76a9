import { createPool } from '@mysql-hostpool/core'
import { retryTransaction, servingHost, typeormDriver } from '@mysql-hostpool/typeorm'
import { DataSource, EntitySchema } from 'typeorm'

interface Product {
  id: number
  name: string
}

const Products = new EntitySchema<Product>({
  name: 'product',
  columns: { id: { type: 'int', primary: true, generated: true }, name: { type: 'varchar' } },
})

export const source = new DataSource({
  type: 'mariadb',
  driver: typeormDriver(createPool({ host: 'db1,db2' })),
  entities: [Products],
})

export async function rename(id: number, name: string): Promise<unknown> {
  await retryTransaction(source, (manager) => manager.update(Products, { id }, { name }))
  return servingHost
}
