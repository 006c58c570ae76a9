import type { Workshop } from '../workshop/workshop.js'
import { needsOf } from './application-needs.js'
import type { Dimension } from './dimension.js'
import { type LibraryRow, MYSQL2, NESTJS, OPENTELEMETRY, PRISMA, TYPEORM } from './library-rows.js'

interface LibraryDimension {
  readonly name: string
  readonly title: string
  readonly rows: readonly LibraryRow[]
  readonly checks: readonly string[]
  /** Of this project. */
  readonly packages: readonly string[]
  /** Besides those of the rows. */
  readonly libraries: readonly string[]
  /** A sentence more, with a blank before it. */
  readonly also?: string
}

const mysql2 = libraryDimension({
  name: 'mysql2',
  title: 'mysql2',
  rows: MYSQL2,
  checks: ['loading', 'sql', 'mysql2', 'typeorm', 'prisma', 'tls', 'failover'],
  packages: ['core', 'mysql2', 'typeorm', 'prisma'],
  libraries: ['typeorm', '@prisma/client', 'prisma'],
})

const typeorm = libraryDimension({
  name: 'typeorm',
  title: 'TypeORM',
  rows: TYPEORM,
  checks: ['loading', 'typeorm', 'failover'],
  packages: ['core', 'mysql2', 'typeorm'],
  libraries: ['reflect-metadata'],
})

const prisma = libraryDimension({
  name: 'prisma',
  title: 'Prisma',
  rows: PRISMA,
  checks: ['loading', 'prisma', 'failover'],
  packages: ['core', 'prisma'],
  libraries: [],
})

const nestjs = libraryDimension({
  name: 'nestjs',
  title: 'NestJS',
  rows: NESTJS,
  checks: ['loading', 'nestjs'],
  packages: ['core', 'nestjs'],
  libraries: ['reflect-metadata', 'rxjs'],
  also: ' NestJS 12 is an ES module: a CommonJS program loads it on Node, and Jest does not.',
})

const opentelemetry = libraryDimension({
  name: 'opentelemetry',
  title: 'OpenTelemetry',
  rows: OPENTELEMETRY,
  checks: ['loading', 'opentelemetry'],
  packages: ['core', 'opentelemetry'],
  libraries: [],
})

export const libraries: readonly Dimension<LibraryRow>[] = [mysql2, typeorm, prisma, nestjs, opentelemetry]

function libraryDimension(of: LibraryDimension): Dimension<LibraryRow> {
  const { name, title, rows, checks, packages, libraries, also = '' } = of
  return {
    name,
    title,
    about: `The oldest version that is allowed of each line, and the newest.${also}`,
    columns: checks,
    rows,
    async run(row: LibraryRow, workshop: Workshop) {
      const application = await workshop.application(needsOf(packages, libraries, row.packages))
      const findings = await workshop.check(checks, application)
      const versions = Object.keys(row.packages).map(
        (each) => [each, application.versionOf(each) ?? 'unknown'] as const,
      )
      return { versions: Object.fromEntries(versions), checks: findings.checks }
    },
  }
}
