import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, inject } from 'vitest';
import { cleanEnvironment } from './command-line.ts';
import { withDeadline } from './deadline.ts';
import type { Outcome } from './run-to-end.ts';

const PROGRAM = fileURLToPath(new URL('command-host-child.ts', import.meta.url));

/** Runs a command line and returns its outcome. */
type RunCommand = (
  args: readonly string[],
  folder: string,
  env?: Readonly<Record<string, string>>,
) => Promise<Outcome>;

/**
 * Starts one Node for the tests of a file, which runs command lines one after the other, as `runToEnd` would. It saves
 * the start of a Node for each, and is for tests that ask what a command answers, and not how its process behaves.
 */
export const hostCommands = (): RunCommand => {
  let host: ChildProcess;
  let last: Promise<unknown> = Promise.resolve();

  beforeAll(async () => {
    host = fork(PROGRAM, {
      // To read the source files takes 550 ms of CPU, and 250 for all but the first.
      env: { ...cleanEnvironment(), NODE_COMPILE_CACHE: join(inject('programsFolder'), 'compiled') },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // Not those of the tests, which may be a terminal.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    host.stderr?.pipe(process.stderr);
    await withDeadline('a Node for commands', once(host, 'message'));
  });

  afterAll(async () => {
    host.disconnect();
    await once(host, 'exit');
  });

  const run: RunCommand = async (args, folder, env = {}) => {
    host.send({ args, folder, env: { ...cleanEnvironment(), ...env } });
    const [outcome] = await withDeadline(`the end of '${args.join(' ')}'`, once(host, 'message'));
    return outcome as Outcome;
  };

  return (...given) => {
    const turn = last.then(() => run(...given));
    last = turn.catch(() => undefined);
    return turn;
  };
};
