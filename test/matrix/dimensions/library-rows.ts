/** A version of libraries beside the packages. What is not named is the newest. */
export interface LibraryRow {
  readonly name: string
  readonly packages: Readonly<Record<string, string>>
}

export const MYSQL2: readonly LibraryRow[] = [
  { name: 'mysql2 3.24.6', packages: { mysql2: '3.24.6' } },
  { name: 'mysql2 3', packages: { mysql2: '3' } },
]

export const TYPEORM: readonly LibraryRow[] = [
  { name: 'TypeORM 0.3.26', packages: { typeorm: '0.3.26' } },
  { name: 'TypeORM 0.3', packages: { typeorm: '0.3' } },
  { name: 'TypeORM 1.0.0', packages: { typeorm: '1.0.0' } },
  { name: 'TypeORM 1', packages: { typeorm: '1' } },
]

export const PRISMA: readonly LibraryRow[] = [
  { name: 'Prisma 7.0.0', packages: { '@prisma/client': '7.0.0', prisma: '7.0.0' } },
  { name: 'Prisma 7', packages: { '@prisma/client': '7', prisma: '7' } },
]

export const NESTJS: readonly LibraryRow[] = [
  nest('NestJS 11.0.0', '11.0.0', '11.0.0'),
  nest('NestJS 11', '11', '11'),
  // What calls itself 12.0.0 asks for version 11 of its other half, and npm installs no such pair.
  nest('NestJS 12.0.1', '12.0.1', '12.0.0'),
  nest('NestJS 12', '12', '12'),
]

export const OPENTELEMETRY: readonly LibraryRow[] = [
  { name: '@opentelemetry/api 1.9.0', packages: { '@opentelemetry/api': '1.9.0' } },
  { name: '@opentelemetry/api 1', packages: { '@opentelemetry/api': '1' } },
]

function nest(name: string, version: string, terminus: string): LibraryRow {
  return { name, packages: { '@nestjs/common': version, '@nestjs/core': version, '@nestjs/terminus': terminus } }
}
