import { expect, test } from 'vitest';
import { NonPodPids } from '../../../../src/runtime/engines/process/non-pod-pids.ts';
import { row } from './support.ts';

const SUPERVISOR = 100;
const pod = { roots: new Map([['web', 200]]), supervisor: SUPERVISOR, markOf: () => null };
const web = row(200, { parentPid: SUPERVISOR });
const worker = row(201, { parentPid: 200 });
const hook = row(202, { parentPid: SUPERVISOR });
const rows = [row(SUPERVISOR), web, worker, hook, row(300), row(301, { parentPid: 300 })];

test('what is not the pod’s is not read again, and at the tenth look is', () => {
  const nonPodPids = new NonPodPids();
  expect([...nonPodPids.forNextLook()]).toEqual([]);
  nonPodPids.note(rows, new Map([['web', [web, worker]]]), pod);
  for (let look = 0; look < 9; look++) expect([...nonPodPids.forNextLook()]).toEqual([300, 301]);
  expect([...nonPodPids.forNextLook()]).toEqual([]);
});

test('what the supervisor has launched may be the pod’s, though it has no mark yet', () => {
  const nonPodPids = new NonPodPids();
  nonPodPids.forNextLook();
  nonPodPids.note(rows, new Map(), pod);
  expect([...nonPodPids.forNextLook()]).toEqual([201, 300, 301]);
});
