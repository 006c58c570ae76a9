import { defineConfig } from 'prisma/config'

// The client is what the blocks of code about Prisma are compiled against.
export default defineConfig({
  schema: 'code/schema.prisma',
  datasource: { url: 'mysql://localhost/unused' },
})
