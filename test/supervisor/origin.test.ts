import { expect, test } from 'vitest';
import type { ProcessEvent } from '../../src/model/pod-event.ts';
import { DEFAULT_TERMINAL_SIZE } from '../../src/model/terminal-size.ts';
import { eventFacts } from '../../src/report/json.ts';
import { type SnapshotFacts, takeSnapshot } from '../../src/supervisor/snapshot.ts';
import { CoreDriver } from '../support/core-driver.ts';
import { podSpec } from '../support/pod-spec.ts';

const origin = { use: 'ambassador', engine: 'haproxy' };
const POD = { edge: { origin }, app: {} };

test('the events of a process tell its origin, and nothing where it has none', () => {
  const starting = (name: string): ProcessEvent => ({
    ...{ type: 'process', name, role: 'sidecar', app: null, state: 'starting', previous: 'pending' },
    ...{ pid: 1, restarts: 0, reason: null, exit: null, retryIn: null },
  });
  expect(eventFacts(starting('edge'), podSpec(POD))).toMatchObject({ origin });
  expect(eventFacts(starting('app'), podSpec(POD))).not.toHaveProperty('origin');
});

test('the status of a process tells its origin', () => {
  const driver = new CoreDriver(POD);
  driver.start();
  const facts: SnapshotFacts = {
    ...{ runId: 'x', configFile: '/shop/x', startedAt: 0, timeOf: (at: number) => at },
    ...{
      logFileOf: () => null,
      causeOf: () => null,
      statusTextOf: () => null,
      waitsForInput: () => false,
      terminalSizeOf: () => DEFAULT_TERMINAL_SIZE,
      commandState: () => ({ pid: null, launchedAt: null, lastExit: null, hasTerminal: false }),
      guard: () => null,
    },
    mode: 'up',
  };
  const { processes } = takeSnapshot(driver.pod, 0, facts, null);
  expect(processes.map((process) => [process.name, process.origin])).toEqual([
    ['edge', origin],
    ['app', null],
  ]);
});
