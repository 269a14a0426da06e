import { defineConfig } from 'vitest/config';

export default defineConfig({
  // What the build puts in for the code that it bundles.
  define: { SIDECARCTL_CLEANUP: JSON.stringify(new URL('dist/cleanup.js', import.meta.url).href) },
  test: {
    include: ['test/**/*.test.ts'],
    // Real processes on small machines: slow is not wrong, and every wait inside the tests has a limit of its own.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
