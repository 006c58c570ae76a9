import { defineConfig } from 'prisma/config'

// Only the command line of Prisma reads this; the benchmark connects through pools.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  datasource: { url: 'mysql://localhost/unused' },
})
