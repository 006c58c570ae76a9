import {
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm'
import type { Relation } from 'typeorm'

@Entity('hostpool_shop_product')
export class Product {
  @PrimaryColumn()
  id!: number

  @Column({ length: 100 })
  name!: string
}

@Entity('hostpool_shop_cart_item')
export class CartItem {
  @PrimaryGeneratedColumn()
  id!: number

  @Column({ type: 'char', length: 36 })
  request!: string

  @Column({ name: 'product_id' })
  productId!: number
}

@Entity('hostpool_shop_order')
export class Order {
  @PrimaryGeneratedColumn()
  id!: number

  @Column({ type: 'char', length: 36 })
  request!: string

  @CreateDateColumn({ name: 'placed_at', precision: 3 })
  placedAt!: Date

  @OneToMany(() => OrderLine, (line) => line.order, { cascade: true })
  lines!: Relation<OrderLine[]>
}

@Entity('hostpool_shop_order_line')
export class OrderLine {
  @PrimaryGeneratedColumn()
  id!: number

  @ManyToOne(() => Order, (order) => order.lines, { nullable: false })
  @JoinColumn({ name: 'order_id' })
  order!: Relation<Order>

  @Column({ name: 'product_id' })
  productId!: number
}
