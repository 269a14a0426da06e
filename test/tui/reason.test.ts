import { describe, expect, test } from 'vitest';
import { reasonOf } from '../../src/tui/screens/reason.ts';
import { FakePod, NOON, processSnapshot } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

const db = processSnapshot({
  name: 'db',
  state: 'backoff',
  restarts: 5,
  why: 'exited with code 1',
  launchedAt: null,
  retryAt: NOON + 2_300,
});
const waiting = (name: string, ...waitsFor: readonly string[]) =>
  processSnapshot({
    name,
    state: 'pending',
    launchedAt: null,
    waitsFor,
    why: `waiting for ${waitsFor.join(', ')}`,
  });

const reasons = (...processes: ReadonlyArray<typeof db>) => {
  const { snapshot } = new FakePod(processes);
  return processes.map((process) => reasonOf(process, { snapshot, now: NOON }));
};

describe('the reason in the list', () => {
  test('has the end of the wait, with its countdown', () => {
    expect(reasons(db, waiting('api', 'db'), waiting('web', 'api'))).toEqual([
      'exited with code 1, restart 6 in 3 s',
      'waits for db: exited with code 1, restart 6 in 3 s',
      'waits for api ← db: exited with code 1, restart 6 in 3 s',
    ]);
  });

  test('keeps the end of a long wait in sight', () => {
    const chain = ['api', 'web', 'edge', 'proxy', 'shop'];
    const waits = chain.map((name, at) => waiting(name, chain[at - 1] ?? 'db'));
    expect(reasons(db, ...waits).at(-1)).toBe(
      'waits for proxy ← … ← db: exited with code 1, restart 6 in 3 s',
    );
  });

  test('names what is waited for in vain before anything else, and counts the rest', () => {
    const seed = processSnapshot({ name: 'seed', state: 'failed', why: 'exited with code 3' });
    expect(reasons(db, seed, waiting('api', 'db', 'seed')).at(-1)).toBe(
      'waits for seed (+1): failed: exited with code 3',
    );
  });

  test('is that it waits for input, if there is no other', () => {
    expect(reasons(processSnapshot({ name: 'repl', waitsForInput: true }))).toEqual(['waits for input']);
  });

  test('is in the words of the process when it waits for one that runs as it should', () => {
    expect(reasons(processSnapshot({ name: 'seed' }), waiting('api', 'seed')).at(-1)).toBe(
      'waiting for seed',
    );
  });

  test('of processes that wait for each other ends', () => {
    expect(reasons(waiting('a', 'b'), waiting('b', 'a'))[0]).toBe('waits for b ← a: waiting for b');
  });

  test('says that a restart whose time has come is due', () => {
    expect(reasons({ ...db, retryAt: NOON - 10 })[0]).toBe('exited with code 1, restart 6 now');
  });

  test('is drawn again each second, until the restart', () => {
    const pod = new FakePod([db]);
    const changesAt = () => new PureDashboard(pod).frame().changesAt;
    expect(changesAt()).toBe(NOON + 1_000);
    pod.changeProcess('db', { retryAt: NOON - 10 });
    expect(changesAt()).toBeGreaterThan(NOON + 1_000);
  });
});

test('the likely cause of a crash loop is told below the list', () => {
  const pod = new FakePod([{ ...db, cause: 'the environment variable API_KEY is not set' }]);
  expect(new PureDashboard(pod, { columns: 200, rows: 30 }).text).toContain(
    'likely cause: the environment variable API_KEY is not set',
  );
});
