import type { Pool } from '@mysql-hostpool/core'
import { typeormDriver } from '@mysql-hostpool/typeorm'
import { DataSource } from 'typeorm'
import { CartItem, Order, OrderLine, Product } from './order-entities.js'

/** The part of the shop that takes orders: a TypeORM application. */
export class Orders {
  readonly #dataSource: DataSource

  private constructor(dataSource: DataSource) {
    this.#dataSource = dataSource
  }

  /** Starts the application on a pool that it shares with others. */
  static async start(pool: Pool): Promise<Orders> {
    const dataSource = new DataSource({
      type: 'mariadb',
      driver: typeormDriver(pool),
      entities: [Product, CartItem, Order, OrderLine],
    })
    return new Orders(await dataSource.initialize())
  }

  /** One row, in a statement of its own. */
  async putIntoCart(request: string, productId: number): Promise<void> {
    await this.#dataSource.getRepository(CartItem).insert({ request, productId })
  }

  /** An order with a line for each product, in one transaction. */
  async placeOrder(request: string, productIds: readonly number[]): Promise<void> {
    const orders = this.#dataSource.getRepository(Order)
    await orders.save(orders.create({ request, lines: productIds.map((productId) => ({ productId })) }))
  }

  async productName(id: number): Promise<string> {
    const { name } = await this.#dataSource.getRepository(Product).findOneByOrFail({ id })
    return name
  }

  /** The latest orders with their lines. */
  async latestOrders(count: number): Promise<readonly Order[]> {
    return this.#dataSource.getRepository(Order).find({
      relations: { lines: true },
      order: { id: 'DESC' },
      take: count,
    })
  }

  /** Ends the application; the pool stays open. */
  async stop(): Promise<void> {
    await this.#dataSource.destroy()
  }
}
