import { defineConfig } from 'vitest/config';

/**
 * Tests that start processes: commands, browsers, queues. Two at a time: each waits for its processes, and several of these start
 * threads or processes themselves, so that more would wait for each other. None needs the machine to itself: limits of time are
 * wide, memory is measured of one process, ports are free ones, and processes are killed at counted calls, not at times.
 */
const processes = [
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
    // compiled files are JavaScript as Node takes it: Vite need not read them
    server: { deps: { external: [/[\\/]dist[\\/]/] } },
    projects: [
      {
        extends: true,
        test: {
          name: 'library',
          include: ['test/**/*.test.ts'],
          exclude: processes,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'processes', include: processes, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
