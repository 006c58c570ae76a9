/** How this adapter calls itself in Prisma's messages and traces. */
export const ADAPTER_NAME = '@mysql-hostpool/prisma'
