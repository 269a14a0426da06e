import type { EventEmitter } from 'node:events';
import { notifyPipesOf } from '../probes/notify-channel.ts';
import type { StartProgram } from './child.ts';

/**
 * A session of its own keeps the terminal's Ctrl-C away from it. Node's module is loaded here: it takes 3 ms that other
 * starts need not wait for.
 */
const startOnUnix: StartProgram = ({ file, args }, options) => {
  const { cwd, env, stdin, stdout, stderr, handed, notify, inOurSession } = options;
  const { spawn } = process.getBuiltinModule('node:child_process');
  try {
    const notifyEnds = notify ? (['pipe', 'pipe'] as const) : [];
    const child = spawn(file, args, {
      cwd,
      env,
      stdio: [stdin, stdout, stderr, ...handed, ...notifyEnds],
      detached: !inOurSession,
    });
    // Nothing is written to it, and it does not matter if the process closes it.
    child.stdin?.on('error', () => undefined);
    return child.pid === undefined
      ? { ok: false, code: errorCode(child) }
      : { ok: true, pid: child.pid, child, notify: notifyPipesOf(child, notify) };
  } catch (error) {
    // An argument list that is too long, for example.
    return { ok: false, code: Promise.resolve((error as NodeJS.ErrnoException).code) };
  }
};

const errorCode = (child: EventEmitter): Promise<string | undefined> =>
  new Promise((resolve) => child.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code)));

let starter: StartProgram | null = process.platform === 'win32' ? null : startOnUnix;

/**
 * On Windows, execa knows how programs are found and their arguments quoted. Elsewhere the kernel and the C library do
 * both, and loading execa and calling it for the first time would take 12 ms of every start, and 0.6 ms for each
 * further call. Null: nothing has to be loaded.
 */
export const loadStarter = (): Promise<void> | null => {
  if (starter !== null) return null;
  return import('./start-on-windows.ts').then(({ startOnWindows }) => {
    starter = startOnWindows;
  });
};

export const startProgram: StartProgram = (spawnable, options) => {
  if (starter === null) throw new Error('loadStarter has not been waited for');
  return starter(spawnable, options);
};
