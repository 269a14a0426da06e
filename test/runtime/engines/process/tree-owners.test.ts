import { describe, expect, test } from 'vitest';
import type { ProcessRow } from '../../../../src/runtime/engines/process/process-table.ts';
import { TreeOwners } from '../../../../src/runtime/engines/process/tree-owners.ts';
import { row } from './support.ts';

const SUPERVISOR = 100;
const roots = new Map([
  ['web', 200],
  ['db', 300],
]);
const supervisor = row(SUPERVISOR, { startTime: 50 });
const web = row(200, { parentPid: SUPERVISOR, startTime: 60 });
const db = row(300, { parentPid: SUPERVISOR, startTime: 60 });

const treesOf = (
  rows: readonly ProcessRow[],
  markOf: (pid: number) => string | null = () => null,
  owners = new TreeOwners(),
): Record<string, readonly number[]> => {
  const trees = owners.assign(rows, { roots, supervisor: SUPERVISOR, markOf });
  return Object.fromEntries([...trees].map(([name, tree]) => [name, tree.map(({ pid }) => pid)]));
};

describe('the usage of a process is added', () => {
  test('to the one that it descends from, whatever its session', () => {
    const child = row(201, { parentPid: 200, session: 201, startTime: 70 });
    const grandchild = row(202, { parentPid: 201, session: 202, startTime: 70 });
    // A pid below its parent's: pids start again from the bottom.
    const wrapped = row(20, { parentPid: 202, session: 20, startTime: 80 });
    const rows = [wrapped, supervisor, web, child, grandchild, db];
    expect(treesOf(rows)).toEqual({ web: [20, 200, 201, 202], db: [300] });
  });

  test('to the one whose session or group it is in, when its parent has gone', () => {
    const inSession = row(201, { session: 200, startTime: 70 });
    const inGroup = row(202, { group: 200, startTime: 70 });
    expect(treesOf([supervisor, web, inSession, inGroup])).toEqual({ web: [200, 201, 202] });
  });

  test('to the one whose session it is in, when that one has ended before it', () => {
    expect(treesOf([supervisor, row(201, { session: 200, startTime: 70 })])).toEqual({ web: [201] });
  });

  test('to the one whose mark it carries, when it has left all else behind, and its children with it', () => {
    const daemon = row(400, { startTime: 70 });
    const child = row(401, { parentPid: 400, startTime: 71 });
    const rows = [supervisor, web, daemon, child];
    expect(treesOf(rows, (pid) => (pid === 400 ? 'web' : null))).toEqual({ web: [200, 400, 401] });
  });

  test('to nobody when it is the supervisor, its hook, its guard or a stranger', () => {
    const hook = row(210, { parentPid: SUPERVISOR, startTime: 70 });
    const stranger = row(220, { startTime: 70 });
    const rows = [supervisor, web, hook, stranger];
    expect(treesOf(rows, (pid) => (pid === 210 ? 'web:liveness' : null))).toEqual({ web: [200] });
  });

  test('to nobody when it has got the pid of one that has gone', () => {
    const stranger = row(200, { startTime: 70 });
    expect(treesOf([supervisor, stranger, row(201, { parentPid: 200, startTime: 70 })])).toEqual({});
  });
});

describe('a mark', () => {
  test('is asked for once, and again for another process with the same pid', () => {
    const asked: number[] = [];
    const owners = new TreeOwners();
    const markOf = (pid: number) => {
      asked.push(pid);
      return 'web';
    };
    const look = (startTime: number) => treesOf([supervisor, web, row(400, { startTime })], markOf, owners);
    look(70);
    expect(look(70)).toEqual({ web: [200, 400] });
    expect(asked).toEqual([400]);
    look(71);
    expect(asked).toEqual([400, 400]);
  });

  test('is not asked of what is older than the supervisor', () => {
    expect(treesOf([supervisor, row(400, { startTime: 49 })], () => 'web')).toEqual({});
  });
});
