import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // What the build puts in for the code that it bundles.
  define: {
    SIDECARCTL_CLEANUP: JSON.stringify(new URL('dist/cleanup.js', import.meta.url).href),
    SIDECARCTL_READ_CONFIG: JSON.stringify(new URL('dist/read-config.js', import.meta.url).href),
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Most of them wait for processes: on two processors one at a time takes half as long again.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Real processes on small machines: slow is not wrong, and every wait inside the tests has a limit of its own.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
