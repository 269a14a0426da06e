import { beforeAll, expect, test } from 'vitest';
import { inFull } from '../support/in-full.ts';
import { type Exploration, explore } from './explore.ts';
import { INVARIANT_NAMES } from './invariants/all.ts';

/**
 * Random pods with random events on a virtual clock, each invariant a test of its own.
 *
 * SEED (1) and COUNT (1,000, and 20,000 in full) choose others; for many more, in two threads: `node test/simulation/long.ts`.
 */
const SEED = Number(process.env['SEED'] ?? 1);
const COUNT = Number(process.env['COUNT'] ?? (inFull ? 20_000 : 1_000));

let exploration: Exploration;

beforeAll(() => {
  exploration = explore(SEED, COUNT);
}, 600_000);

test.each(INVARIANT_NAMES)('%s', (name) => {
  const { finding } = exploration;
  if (finding?.invariant === name) expect.fail(finding.words);
});

test(`all this in ${COUNT} random pods of seed ${SEED}`, () => {
  expect(exploration.pods).toBeGreaterThanOrEqual(COUNT);
});

test.runIf(COUNT >= 800)('random pods meet every state with every request, and need every command', () => {
  const { events, commands } = exploration.coverage;
  for (const request of ['start', 'stop', 'restart', 'kill'])
    expect(Object.keys(events[`request ${request}`] ?? {}), request).toHaveLength(9);
  expect(Object.keys(commands).toSorted()).toEqual([
    'arm grace',
    'arm kill',
    'arm liveness',
    'arm lost',
    'arm readiness',
    'arm retry',
    'arm start-timeout',
    'arm startup',
    'arm startup-deadline',
    'cancel-hook postStart',
    'cancel-hook preStop',
    'disarm',
    'end',
    'forget',
    'kill',
    'launch',
    'pass-signal',
    'probe liveness',
    'probe readiness',
    'probe startup',
    'replace-files',
    'reply',
    'report',
    'run-hook postStart',
    'run-hook preStop',
    'run-hook stop',
    'signal',
    'terminate',
  ]);
});
