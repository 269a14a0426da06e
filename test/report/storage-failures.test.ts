import { expect, test } from 'vitest';
import type { StorageFailure } from '../../src/model/failures/storage-failure.ts';
import { storageFailureText } from '../../src/report/storage-failures.ts';

const path = '/shop/.sidecarctl';
const cause = 'EACCES: permission denied';
const unusable = { kind: 'state-folder-unusable', path, cause, code: 'EACCES', owner: null } as const;

test.each<readonly [StorageFailure, string]>([
  [unusable, `${path} cannot be used (${cause}); it must be a folder this user can write to`],
  [
    { ...unusable, owner: 'root' },
    `${path} cannot be used (${cause}); it is root's: make it yours with 'sudo chown -R "$(id -u)" ${path}'`,
  ],
  [{ ...unusable, code: 'ENOSPC' }, `${path} cannot be used (${cause}); the disk is full: make room on it`],
  [
    { kind: 'not-a-real-directory', path, found: 'a symlink to /' },
    `${path} should be a directory that belongs to sidecarctl, but is a symlink to /; remove it and start again`,
  ],
  [
    { kind: 'record-blocked', path },
    `${path} is a folder, where the pod keeps its record; move it away and start again`,
  ],
  [{ kind: 'run-not-recorded', path, cause, step: 'make' }, `${path} could not be made (${cause})`],
  [{ kind: 'run-not-recorded', path, cause, step: 'write' }, `${path} could not be written (${cause})`],
  [
    { kind: 'mount-blocked', path, found: 'a file', what: 'volume' },
    `a volume is to be mounted at ${path}, but a file is there; move it away or mount elsewhere`,
  ],
  [{ kind: 'mount-not-created', path, cause }, `the mount ${path} could not be made (${cause})`],
  [
    { kind: 'not-removed', path, cause, isMount: true },
    `the mount ${path} could not be removed (${cause}); remove it by hand`,
  ],
  [
    { kind: 'not-removed', path, cause, isMount: false },
    `${path} could not be removed (${cause}); remove it by hand`,
  ],
  [
    { kind: 'containers-left', path: '/p/.sidecarctl/runs/0123abcd', engine: 'docker' },
    'containers of this pod may be left, because docker did not remove them in time; the next command that looks for the pod ' +
      'tries again, or remove them with: docker rm --force --volumes $(docker ps --all --quiet --filter label=sidecarctl.run=0123abcd)',
  ],
])('the storage failure $kind is told with its place and what to do', (failure, text) => {
  expect(storageFailureText(failure)).toBe(text);
});
