import { defineConfig } from 'vitest/config';

/** Tests that start processes, which need the cores themselves, or that measure memory or wait for time to pass. */
const alone = [
  'test/{browser,cli,docs,embeddings,experiments,fuzz,lab,package,report,soak}/**/*.test.ts',
  'test/docs.test.ts',
];

export default defineConfig({
  test: {
    environment: 'node',
    setupFiles: ['test/setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'library',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'processes', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
