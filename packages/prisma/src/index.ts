export { PrismaHostpool } from './prisma-hostpool.js'
