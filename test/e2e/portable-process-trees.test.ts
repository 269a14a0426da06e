import { describe, expect, test, vi } from 'vitest';
import { isInstalled } from '../support/installed.ts';
import { SCENARIOS, type Scenario, Zoo } from '../support/process-zoo.ts';

// What macOS has: process groups and ps.
vi.mock('../../src/runtime/process-tree/create-process-trees.ts', async (original) => {
  const { PortableProcessTrees } = await import('../../src/runtime/process-tree/portable.ts');
  return {
    ...(await original<object>()),
    createProcessTrees: (runId: string) => new PortableProcessTrees(runId),
  };
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
      await using zoo = await Zoo.openHere([scenario]);
      await way(zoo);
      expect(zoo.alive()).toEqual([]);
    });
  },
);
