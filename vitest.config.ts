import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    testTimeout: 120_000,
    // Some build the package first, beside other tests.
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
