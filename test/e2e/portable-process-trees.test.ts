import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { isInstalled } from '../support/installed.ts';
import { SCENARIOS, type Scenario, type Zoo } from '../support/process-zoo.ts';

const CREATION = '../../src/runtime/process-tree/create-process-trees.ts';
let openHere: typeof Zoo.openHere;
let created = 0;

// What macOS has: process groups and ps. The tests of other files share the modules of this worker.
beforeAll(async () => {
  vi.resetModules();
  vi.doMock(CREATION, async (original) => {
    const { PortableProcessTrees } = await import('../../src/runtime/process-tree/portable.ts');
    const createProcessTrees = (runId: string) => {
      created += 1;
      return new PortableProcessTrees(runId);
    };
    return { ...(await original<object>()), createProcessTrees };
  });
  openHere = (await import('../support/process-zoo.ts')).Zoo.openHere;
});

afterEach(() => {
  expect(created).toBeGreaterThan(0);
});

afterAll(() => {
  vi.doUnmock(CREATION);
  vi.resetModules();
});

/** Without /proc nothing finds a process that has left its group and lost its parents, as docs/lifecycle.md says. */
const ESCAPES: ReadonlySet<string> = new Set([
  'a session of its own',
  'a daemon',
  'a daemon with an empty environment',
  'a daemon deaf to SIGTERM',
  'a process that forks on and exits every few milliseconds',
]);

const FOUND: readonly Scenario[] = [
  ...SCENARIOS.filter(({ name }) => !ESCAPES.has(name)),
  {
    name: 'a session of its own whose parent is deaf to SIGTERM',
    script: `trap '' TERM; setsid sleep "$T" & while :; do sleep 0.05; done`,
    processes: 1,
  },
];

const WAYS: ReadonlyArray<
  readonly [string, (zoo: Awaited<ReturnType<typeof Zoo.openHere>>) => Promise<void>]
> = [
  [
    'the end of the primary',
    async (zoo) => {
      await zoo.end();
      expect(await zoo.run.exitCode()).toBe(0);
    },
  ],
  [
    'a stop',
    async (zoo) => {
      zoo.run.signal('SIGTERM');
      await zoo.run.exit();
    },
  ],
];

describe.runIf(process.platform === 'linux' && isInstalled('ps')).each(WAYS)(
  '%s without /proc leaves nothing of',
  (_, way) => {
    test.each(FOUND)('$name', async (scenario) => {
      await using zoo = await openHere([scenario]);
      await way(zoo);
      expect(zoo.alive()).toEqual([]);
    });
  },
);
