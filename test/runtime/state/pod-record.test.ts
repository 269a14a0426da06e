import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ownIdentity } from '../../../src/runtime/process-tree/process-identity.ts';
import { claimPod, findPodsOf, lookForPod, removeDeadPods } from '../../../src/runtime/state/pod-record.ts';

let folder: string;
let configFile: string;
let sockets: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pod-record-'));
  configFile = join(folder, 'sidecars.config.mjs');
  sockets = join(folder, 'run/sidecarctl');
  mkdirSync(sockets, { recursive: true, mode: 0o700 });
  vi.stubEnv('XDG_RUNTIME_DIR', join(folder, 'run'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Of a process that has ended. */
const gone = () => ({ ...ownIdentity(), pid: spawnSync('true').pid, startTime: 1 });

const writeSocketRecord = (runId: string, record: { readonly pid: number }, file = configFile): string => {
  const path = join(sockets, `${runId}-${record.pid}.json`);
  const socket = path.replace('.json', '.sock');
  const facts = { version: 1, runId, name: 'shop', configFile: file, label: null, socket };
  writeFileSync(path, JSON.stringify({ ...facts, ...record }));
  return path;
};

describe('the record of a pod', () => {
  test('is not missed beside the socket where it could not be written', () => {
    const socket = join(folder, 'full/0b0b0b0b-1.sock');
    const claimed = claimPod({ configFile, label: null, runId: '0b0b0b0b', name: 'shop', socket });
    expect(claimed.ok && claimed.claim.isWhole()).toBe(true);
  });

  test('is not put in the place of a folder that has its name, and the folder stays where it is', () => {
    const folderInTheWay = join(folder, '.sidecarctl/pods/sidecars.config.mjs.json');
    mkdirSync(join(folderInTheWay, 'mine'), { recursive: true });
    const claim = () => claimPod({ configFile, label: null, runId: '0b0b0b0b', name: 'shop', socket: '' });
    expect(claim).toThrow(expect.objectContaining({ name: 'RecordBlocked', path: folderInTheWay }));
    expect(existsSync(join(folderInTheWay, 'mine'))).toBe(true);
  });
});

test('a record that a killed supervisor has only begun to write is cleared away, and that of one that lives is not', () => {
  const pods = join(folder, '.sidecarctl/pods');
  mkdirSync(pods, { recursive: true });
  const begun = (pid: number) => join(pods, `sidecars.config.mjs.json.0b0b0b0b.${pid}.tmp`);
  const [dead, alive] = [begun(gone().pid), begun(process.pid)];
  for (const path of [dead, alive]) writeFileSync(path, '');
  removeDeadPods(folder);
  expect(existsSync(dead)).toBe(false);
  expect(existsSync(alive)).toBe(true);
});

describe.runIf(process.platform === 'linux')('the records beside the sockets', () => {
  test('one that another supervisor has written since the look is seen by the claim', () => {
    const key = { configFile, label: null };
    expect(lookForPod(key).kind).toBe('none');
    writeSocketRecord('0a0a0a0a', ownIdentity());
    const claim = claimPod({ ...key, runId: '0b0b0b0b', name: 'shop', socket: '' });
    expect(claim).toMatchObject({ ok: false, holder: { runId: '0a0a0a0a' } });
  });

  test('a claim without a look sees them all', () => {
    writeSocketRecord('0a0a0a0a', ownIdentity());
    const claim = claimPod({ configFile, label: null, runId: '0b0b0b0b', name: 'shop', socket: '' });
    expect(claim.ok).toBe(false);
  });

  test('one whose supervisor is gone is removed by whoever looks for its pod', () => {
    const dead = writeSocketRecord('0a0a0a0a', gone());
    const foreign = writeSocketRecord('0b0b0b0b', gone(), join(folder, 'other.config.mjs'));
    const living = writeSocketRecord('0c0c0c0c', { ...ownIdentity() }, join(folder, 'third.config.mjs'));
    expect(lookForPod({ configFile, label: null }).kind).toBe('none');
    expect([dead, foreign, living].map((path) => existsSync(path))).toEqual([false, true, true]);
    expect(findPodsOf(join(folder, 'third.config.mjs'))).toHaveLength(1);
  });
});
