import { defineConfig } from 'prisma/config'

// Only the command line of Prisma reads this; the application connects through the pool.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  datasource: { url: process.env.DATABASE_URL ?? 'mysql://localhost/unused' },
})
