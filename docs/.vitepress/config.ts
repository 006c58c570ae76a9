import { existsSync } from 'node:fs'
import { defineConfig } from 'vitepress'

/** The anchors of code hosts, so that a link to a heading works on both. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')
}

/** Written by TypeDoc before the site is built; not there while pages are only looked at. */
const hasReference = existsSync(new URL('../api/index.md', import.meta.url))

export default defineConfig({
  title: 'mysql-hostpool',
  description: 'One connection pool over many MySQL-family hosts, inside a Node.js process.',
  // Where a project's pages are served below its name.
  base: process.env['SITE_BASE'] ?? '/',
  // Nothing of the site's own is fetched from elsewhere, and a link that leads nowhere ends the build.
  ignoreDeadLinks: false,
  cleanUrls: true,
  lastUpdated: false,
  srcExclude: ['code/**', 'node_modules/**'],
  markdown: { anchor: { slugify: anchorOf }, toc: { slugify: anchorOf } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/start/plain' },
      { text: 'Options', link: '/options' },
      { text: 'Errors', link: '/errors' },
      ...(hasReference ? [{ text: 'API', link: '/api/' }] : []),
    ],
    sidebar: [
      {
        text: 'Getting started',
        items: [
          { text: 'Overview', link: '/' },
          { text: 'Plain SQL', link: '/start/plain' },
          { text: 'TypeORM', link: '/start/typeorm' },
          { text: 'NestJS', link: '/start/nestjs' },
          { text: 'Prisma', link: '/start/prisma' },
          { text: 'Drizzle', link: '/start/drizzle' },
          { text: 'Kysely', link: '/start/kysely' },
          { text: 'Knex', link: '/start/knex' },
          { text: 'Sequelize', link: '/start/sequelize' },
          { text: 'MikroORM', link: '/start/mikro-orm' },
        ],
      },
      {
        text: 'Understand',
        items: [
          { text: 'When a host fails', link: '/failures' },
          { text: 'How hosts are watched', link: '/health' },
          { text: 'How hosts are found', link: '/discovery' },
          { text: 'Transactions that run again', link: '/transactions' },
          { text: 'Reads after writes', link: '/reads-after-writes' },
          { text: 'What it costs', link: '/cost' },
        ],
      },
      {
        text: 'Look up',
        items: [
          { text: 'Options', link: '/options' },
          { text: 'Errors', link: '/errors' },
          { text: 'Events, channels, metrics', link: '/events' },
          { text: 'Troubleshooting', link: '/troubleshooting' },
          { text: 'Supported versions', link: '/supported' },
          ...(hasReference ? [{ text: 'API reference', link: '/api/' }] : []),
        ],
      },
      {
        text: 'Packages in depth',
        items: [
          { text: 'TypeORM', link: '/packages/typeorm' },
          { text: 'Prisma', link: '/packages/prisma' },
          { text: 'NestJS', link: '/packages/nestjs' },
          { text: "mysql2's shape", link: '/packages/mysql2' },
          { text: 'Metrics, spans, dashboard', link: '/packages/opentelemetry' },
          { text: 'Status page', link: '/packages/status-page' },
          { text: 'Doctor and live view', link: '/packages/cli' },
        ],
      },
      {
        text: 'Run it',
        items: [
          { text: 'Sizing', link: '/sizing' },
          { text: 'TLS and rotating secrets', link: '/tls' },
          { text: 'Balancers and ProxySQL', link: '/balancers' },
          { text: 'Serverless', link: '/serverless' },
          { text: 'Bundlers', link: '/bundlers' },
          { text: 'Bun and Deno', link: '/runtimes' },
          { text: 'Testing', link: '/testing' },
        ],
      },
      {
        text: 'Moving here',
        items: [
          { text: "mysql2's pool", link: '/moving/mysql2-pool' },
          { text: 'PoolCluster', link: '/moving/pool-cluster' },
          { text: "TypeORM's replication", link: '/moving/typeorm-replication' },
          { text: '@prisma/adapter-mariadb', link: '/moving/prisma-adapter-mariadb' },
          { text: 'ProxySQL or HAProxy', link: '/moving/proxysql-haproxy' },
        ],
      },
    ],
  },
})
