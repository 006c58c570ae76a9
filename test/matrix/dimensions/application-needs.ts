import type { ApplicationNeeds } from '../workshop/application.js'

const ALL_PACKAGES = ['core', 'mysql2', 'typeorm', 'prisma', 'nestjs', 'opentelemetry', 'status-page', 'cli']

const NEWEST: Readonly<Record<string, string>> = {
  '@nestjs/common': '12',
  '@nestjs/core': '12',
  '@nestjs/terminus': '12',
  '@opentelemetry/api': '1',
  '@prisma/client': '7',
  mysql2: '3',
  prisma: '7',
  'reflect-metadata': '0.2',
  rxjs: '7',
  typeorm: '1',
}

/** Everything there is, at its newest. */
export const EVERYTHING: ApplicationNeeds = { packages: ALL_PACKAGES, libraries: NEWEST }

/** Some of the packages and libraries; of these some at other versions. */
export function needsOf(
  packages: readonly string[],
  libraries: readonly string[],
  versions: Readonly<Record<string, string>>,
): ApplicationNeeds {
  const newest = Object.fromEntries(libraries.map((name) => [name, NEWEST[name] ?? 'latest']))
  return { packages, libraries: { ...newest, ...versions } }
}
