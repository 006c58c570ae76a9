/** Every adapter that is measured. */
export const ADAPTER_SUBJECTS = [
  'mysql-hostpool',
  'mysql-hostpool, again',
  '@prisma/adapter-mariadb',
  '@prisma/adapter-mariadb, statements kept',
  'mysql2 by hand',
  'answers from memory',
] as const

export type AdapterSubjectName = (typeof ADAPTER_SUBJECTS)[number]
