import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { VolumeSpec } from '../../../src/model/pod-spec.ts';
import { storageFailureText } from '../../../src/report/storage-failures.ts';
import { ownIdentity } from '../../../src/runtime/process-tree/process-identity.ts';
import type { FolderProof } from '../../../src/runtime/state/folder-proof.ts';
import {
  openStateFolder,
  type RunRecord,
  type StateFolder,
} from '../../../src/runtime/state/state-folder.ts';

/** Its real path: on macOS the temporary folder is reached through a symlink. */
export const temporaryFolder = (): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sidecarctl-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export const openState = async (folder = temporaryFolder()): Promise<StateFolder> => {
  const opened = await openStateFolder(folder);
  if (!opened.ok) throw new Error(storageFailureText(opened.failure));
  return opened.folder;
};

/** A directory of the user's that must never lose its file. */
export const preciousDirectory = (): { readonly path: string; readonly files: () => readonly string[] } => {
  const path = temporaryFolder();
  writeFileSync(join(path, 'thesis.txt'), 'years of work');
  return { path, files: () => readdirSync(path) };
};

export const volume = (name: string, path: string, lifetime: VolumeSpec['lifetime'] = 'pod'): VolumeSpec => ({
  name,
  path,
  lifetime,
});

/** The pid of a process that has ended and was waited for. */
export const deadPid = async (): Promise<number> => {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? Number.NaN;
};

const madeIn = (folder: string): FolderProof => {
  const { ino, birthtimeNs } = statSync(folder, { bigint: true });
  return { inode: `${ino}`, born: `${birthtimeNs}` };
};

/** A run as another supervisor would have recorded it: this very one, unless told otherwise. */
export const writeRun = (state: StateFolder, runId: string, record: Partial<RunRecord> = {}): string => {
  const folder = join(state.path, 'runs', runId);
  mkdirSync(join(folder, 'volumes'), { recursive: true });
  const complete = {
    version: 1,
    ...ownIdentity(),
    name: 'shop',
    mounts: [],
    startedAt: '2026-11-20T10:00:00.000Z',
    madeIn: madeIn(folder),
    ...record,
  };
  writeFileSync(join(folder, 'run.json'), JSON.stringify(complete));
  return folder;
};
