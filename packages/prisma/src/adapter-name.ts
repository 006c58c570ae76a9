/** The name of this adapter in Prisma's messages and traces. */
export const ADAPTER_NAME = '@mysql-hostpool/prisma'
