import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import type { ContainerSpec, FileSpec, ProcessSpec } from '../../../src/model/pod-spec.ts';
import { filesWriter } from '../../../src/runtime/state/process-files.ts';
import { recordRun, runFolderPath } from '../../../src/runtime/state/state-folder.ts';
import { mountOf } from '../../support/mount-spec.ts';
import { podSpec } from '../../support/pod-spec.ts';
import { openState } from '../volumes/support.ts';

/** A process with two files, the second of which it mounts elsewhere. */
const start = async () => {
  const state = await openState();
  recordRun(state, { runId: 'one', name: 'shop', mounts: [] });
  const fileOf = (name: string, content: string): FileSpec => ({
    ...{ name, content, mode: 0o644, secret: false, onChange: { kind: 'none' } },
    path: `${runFolderPath(state.path, 'one')}/files/app/${name}`,
  });
  const processWith = (content: string): ProcessSpec => {
    const files = ['plain', 'mounted'].map((name) => fileOf(name, content));
    const mounts = [mountOf({ kind: 'file', source: files[1]?.path ?? '', path: '/etc/app.conf' })];
    const process = podSpec({ app: { files } }).processes.get('app');
    if (process === undefined) throw new Error('there is no app');
    return { ...process, isolation: { ownPids: false, mounts } };
  };
  return { write: filesWriter(state, 'one'), processWith };
};

const inodes = ({ files }: ProcessSpec): readonly number[] => files.map(({ path }) => statSync(path).ino);
const contents = ({ files }: ProcessSpec): readonly string[] =>
  files.map(({ path }) => readFileSync(path, 'utf8'));

test('while a process runs, a file that it has mounted is written in place, and others are replaced', async () => {
  const { write, processWith } = await start();
  const [old, next] = [processWith('a long content'), processWith('new')];
  expect(write(old)).toBeNull();
  const before = inodes(old);
  expect(write(next, ['plain', 'mounted'])).toBeNull();
  expect(contents(next)).toEqual(['new', 'new']);
  expect(inodes(next).map((inode, index) => inode === before[index])).toEqual([false, true]);
});

test('before a launch, every file is replaced', async () => {
  const { write, processWith } = await start();
  const [old, next] = [processWith('old'), processWith('new')];
  expect(write(old)).toBeNull();
  const before = inodes(old);
  expect(write(next)).toBeNull();
  expect(contents(next)).toEqual(['new', 'new']);
  expect(inodes(next)[1]).not.toBe(before[1]);
});

test('the folder of the files of a container is open to its users, and that of a process to nobody else', async () => {
  const { write, processWith } = await start();
  const process = processWith('x');
  const folder = dirname(process.files[0]?.path ?? '');
  expect(write(process)).toBeNull();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  const command: ContainerSpec = {
    kind: 'container',
    image: 'app',
    pull: 'missing',
    ...{
      build: null,
      entrypoint: null,
      args: null,
      workingDir: null,
      user: '1000',
      mounts: [],
      anonymousVolumes: [],
    },
  };
  expect(write({ ...process, launch: { ...process.launch, command } })).toBeNull();
  expect(statSync(folder).mode & 0o777).toBe(0o755);
  expect(statSync(dirname(folder)).mode & 0o777).toBe(0o700);
});
