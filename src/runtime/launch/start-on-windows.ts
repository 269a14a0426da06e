import { execa } from 'execa';
import { notifyPipesOf } from '../probes/notify-channel.ts';
import type { StartProgram } from './child.ts';

/** The ChildProcess itself reports the end: execa's promise waits until nobody has the output open any more. */
export const startOnWindows: StartProgram = ({ file, args, verbatim }, options) => {
  const { cwd, env, stdin, stdout, stderr, handed, notify } = options;
  // A descriptor in place of a pipe is a FIFO.
  if (stdout !== 'pipe' || stderr !== 'pipe') throw new Error('Windows has no FIFOs');
  if (typeof stdin === 'number') throw new Error('Windows has no descriptors to hand over');
  if (handed.length > 0) throw new Error('Windows has no descriptors to hand over');
  const subprocess = execa(file, args, {
    cwd,
    env,
    extendEnv: false,
    windowsVerbatimArguments: verbatim,
    // Node opens its channel overlapped, or not at all.
    stdio: [stdin, stdout, stderr, ...(notify ? (['pipe', 'overlapped'] as const) : [])],
    buffer: false,
    cleanup: false,
    reject: false,
    forceKillAfterDelay: false,
  });
  const { pid, nodeChildProcess: child } = subprocess;
  if (pid !== undefined) return { ok: true, pid, child, notify: notifyPipesOf(child, notify) };
  return { ok: false, code: subprocess.then(({ code }) => code) };
};
