import { afterAll, vi } from 'vitest';

/**
 * A pod loads some of its parts late. A load that was still going on when the last test of a file ended would fail, and
 * so would every later file of the same worker that needs the module.
 */
afterAll(() => vi.dynamicImportSettled());
