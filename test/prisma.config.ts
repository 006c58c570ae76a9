import { defineConfig } from 'prisma/config'

// Only `prisma generate` reads this; the tests connect through the pool and make their tables with SQL.
export default defineConfig({
  schema: 'integration/prisma/schema.prisma',
  datasource: { url: 'mysql://localhost/unused' },
})
