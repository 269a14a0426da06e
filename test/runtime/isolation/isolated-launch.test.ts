import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findNamespaces } from '../../../src/runtime/isolation/find-namespaces.ts';
import { isolatedLaunch, type Namespaces } from '../../../src/runtime/isolation/isolated-launch.ts';
import type { Spawnable } from '../../../src/runtime/launch/shell-command.ts';
import { listPids, readVariable } from '../../../src/runtime/process-tree/proc-table.ts';
import { eventually } from '../../support/deadline.ts';
import { newTag, processesTagged } from '../../support/process-zoo.ts';
import { Project } from '../../support/project.ts';

const found = process.platform === 'linux' ? await findNamespaces({ pids: true, mounts: false }) : null;
const namespaces: Namespaces | null = found?.ok === true ? found.namespaces : null;

const launchOf = (programs: Partial<Namespaces['programs']>, command: readonly string[]): Spawnable => {
  if (namespaces === null) throw new Error('no namespaces can be made');
  const [file = '', ...args] = command;
  return isolatedLaunch(
    { file, args, verbatim: false },
    { ownPids: true, mounts: [] },
    { ...namespaces, programs: { ...namespaces.programs, ...programs } },
    { cwd: '/', env: {} },
  );
};

const start = (file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(file, args, { detached: true, stdio: 'ignore', env: { ...process.env, ...env } });

describe.runIf(namespaces !== null)('a process in a pid namespace of its own leaves nothing', () => {
  test('when its supervisor has died before the kernel was asked to end it with that', async () => {
    const tag = newTag();
    const { file, args } = launchOf({}, ['sleep', tag]);
    // By the time that it looks for its parent, the one that started it has gone.
    const parent = start('/bin/sh', ['-c', '(sleep 0.1; exec "$@") &', 'sh', file, ...args]);
    await once(parent, 'exit');
    await eventually('the launch to be over', () => processesTagged(tag).length === 0);
  });

  test('when it is killed before the kernel was asked to end its first process with it', async () => {
    await using project = await Project.create();
    const tag = newTag();
    const { programs } = namespaces as Namespaces;
    const waits = project.path('waits');
    // The launched process itself asks at once, its first process late.
    const late = `case "$*" in *--mount*) ;; *) : >${waits}; sleep 0.3 ;; esac`;
    await project.write('setpriv', `#!/bin/sh\n${late}\nexec ${programs.setpriv} "$@"\n`, 0o755);
    const { file, args } = launchOf({ setpriv: project.path('setpriv') }, ['sleep', '1000']);
    const launched = start(file, args, { TAG: tag });
    await eventually('the first process', () => existsSync(waits));
    launched.kill('SIGKILL');
    await once(launched, 'exit');
    expect(startedWith(tag)).not.toEqual([]);
    await eventually('the first process to be gone', () => startedWith(tag).length === 0);
  });
});

const startedWith = (tag: string): readonly number[] =>
  listPids().filter((pid) => readVariable(pid, 'TAG') === tag);
