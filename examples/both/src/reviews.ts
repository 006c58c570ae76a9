import type { Pool } from '@mysql-hostpool/core'
import { PrismaHostpool } from '@mysql-hostpool/prisma'
import { PrismaClient } from './generated/client.js'

/** A review as it is shown. */
export interface ShownReview {
  readonly text: string
  readonly productName: string
  readonly photos: number
}

/** The part of the shop that collects opinions: a Prisma application. */
export class Reviews {
  readonly #prisma: PrismaClient

  private constructor(prisma: PrismaClient) {
    this.#prisma = prisma
  }

  /** Starts the application on a pool that it shares with others. */
  static async start(pool: Pool): Promise<Reviews> {
    const prisma = new PrismaClient({ adapter: new PrismaHostpool(pool) })
    await prisma.$connect()
    return new Reviews(prisma)
  }

  /** One row, in a statement of its own. */
  async rate(request: string, productId: number, stars: number): Promise<void> {
    await this.#prisma.rating.createMany({ data: [{ request, productId, stars }] })
  }

  /** A review with a photo for each caption, in one transaction. */
  async write(request: string, productId: number, text: string, captions: readonly string[]): Promise<void> {
    await this.#prisma.review.create({
      data: { request, productId, text, photos: { create: captions.map((caption) => ({ caption })) } },
    })
  }

  async productName(id: number): Promise<string> {
    const { name } = await this.#prisma.product.findUniqueOrThrow({ where: { id } })
    return name
  }

  /** The latest reviews with the names of their products. */
  async latestReviews(count: number): Promise<readonly ShownReview[]> {
    const reviews = await this.#prisma.review.findMany({
      include: { product: true, _count: { select: { photos: true } } },
      orderBy: { id: 'desc' },
      take: count,
    })
    return reviews.map(({ text, product, _count }) => ({ text, productName: product.name, photos: _count.photos }))
  }

  /** Ends the application; the pool stays open. */
  async stop(): Promise<void> {
    await this.#prisma.$disconnect()
  }
}
