import { availableParallelism } from 'node:os'

import { defineConfig } from 'vitest/config'

// Tests run on the sources of every package, unbuilt, through this export condition. `import` is not named: vite would resolve
// a `require` in mysql2 with it too, and hand it an ES module.
const conditions = ['@mysql-hostpool/source', 'node']

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: conditions } },
  resolve: { conditions },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // No unit test changes what others import, and importing it all anew for each file would take two thirds of the time.
          isolate: false,
          // On two cores vitest would use one: the other would only wait.
          testTimeout: 20_000,
          maxWorkers: Math.max(2, availableParallelism() - 1),
          include: [
            'packages/*/src/**/*.test.ts',
            'test/{charts,cluster,demo,docs,drills,lives,matrix,program,tls}/**/*.test.ts',
            'bench/src/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'packages',
          include: ['test/packages/**/*.test.ts'],
          globalSetup: ['test/packages/setup/global-setup.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/integration/setup/global-setup.ts'],
          // Two cores carry one cluster; test files take turns on it.
          fileParallelism: false,
          testTimeout: 30_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
