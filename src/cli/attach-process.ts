import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { RemotePod } from '../control/client/remote-pod.ts';
import { processesNamed } from '../control/client/resolve-name.ts';
import { logsOf } from '../control/log-names.ts';
import { unknownProcessText } from '../control/unknown-process.ts';
import { armTerminalGuard } from '../runtime/guard/terminal-guard.ts';
import type { PodKey } from '../runtime/state/pod-record.ts';
import { RESTORE_AFTER_OTHERS } from '../tui/terminal/restore.ts';
import { POD_FAILED, USAGE_ERROR } from './exit-codes.ts';
import { namedHere } from './name-command.ts';
import { ownStdout } from './own-stdout.ts';
import { progress } from './print.ts';
import { warn } from './warn.ts';

/** Ctrl-], as in telnet and `virsh console`: shells and editors leave it free. */
const LEAVE = 0x1d;

/** Connects this terminal with one process, until the user leaves it or it ends. */
export const attachProcess = async (
  pod: RemotePod,
  key: PodKey,
  name: string,
  left: Promise<void>,
): Promise<number> => {
  const process = theOneNamed(pod, name);
  if (process === null) return USAGE_ERROR;
  const attached = await pod.attach(process);
  if (!attached.ok) {
    warn(namedHere(attached.message, key));
    return POD_FAILED;
  }
  const pid = await pidOf(pod, process);
  const { stdin } = globalThis.process;
  const hasTerminal = await resize(pod, process, 1);
  const isRaw = hasTerminal && stdin.isTTY && ownStdout().isTTY;
  progress(`attached to ${process}; ${isRaw ? 'Ctrl-]' : 'Ctrl-C'} leaves it`);
  const release = isRaw ? await makeRaw(stdin) : () => undefined;
  // A program draws its screen anew when the size changes.
  const follow = (): void => void (hasTerminal && resize(pod, process));
  follow();
  ownStdout().on('resize', follow);
  const isOver = await pass(attached.value, { stdin, isRaw, left });
  ownStdout().off('resize', follow);
  release();
  if (isOver && pid !== null && (await pidOf(pod, process)) === pid) {
    warn(`cut off from ${process}, because this terminal was too slow for its output; attach again`);
    return POD_FAILED;
  }
  progress(isOver ? `${process} has ended` : `left ${process}, which runs on`);
  return 0;
};

/** Null: it does not run. */
const pidOf = async (pod: RemotePod, process: string): Promise<number | null> => {
  const details = await pod.details(process).catch(() => null);
  return details?.tree[0]?.pid ?? null;
};

/** Reports a name that stands for no process, or for several. */
const theOneNamed = (pod: RemotePod, name: string): string | null => {
  const { processes } = pod.snapshot;
  if (logsOf(pod.snapshot).includes(name)) return name;
  const [process, ...others] = processesNamed(processes, name);
  if (process !== undefined && others.length === 0) return process;
  warn(
    process === undefined
      ? unknownProcessText([name], processes)
      : `${name} has several instances; name one: ${[process, ...others].join(', ')}`,
  );
  return null;
};

/** Gives the terminal of the process the size of this one, without the last rows. Returns false if it has none. */
const resize = async (pod: RemotePod, process: string, fewerRows = 0): Promise<boolean> => {
  const { columns = 80, rows = 24 } = ownStdout();
  const size = { columns: Math.max(columns, 1), rows: Math.max(rows - fewerRows, 1) };
  return (await pod.request({ type: 'resize', process, ...size })).ok;
};

/** Returns a function that restores the terminal, which is also done if this process is killed. */
const makeRaw = async (stdin: NodeJS.ReadStream): Promise<() => void> => {
  const guard = await armTerminalGuard(RESTORE_AFTER_OTHERS);
  stdin.setRawMode(true);
  return () => {
    stdin.setRawMode(false);
    ownStdout().write(`${RESTORE_AFTER_OTHERS}\n`);
    guard?.dismiss();
  };
};

interface Passing {
  readonly stdin: NodeJS.ReadStream;
  readonly isRaw: boolean;
  readonly left: Promise<void>;
}

/** Resolves with true when the process has ended, and with false when the user leaves it. */
const pass = async (streams: Duplex, { stdin, isRaw, left }: Passing): Promise<boolean> => {
  const leaving = Promise.withResolvers<false>();
  const send = (chunk: Buffer): void => {
    const at = isRaw ? chunk.indexOf(LEAVE) : -1;
    if (at !== -1) leaving.resolve(false);
    // A paste is read no faster than the process takes it.
    if (streams.write(at === -1 ? chunk : chunk.subarray(0, at))) return;
    stdin.pause();
    streams.once('drain', () => stdin.resume());
  };
  streams.on('error', () => undefined);
  streams.pipe(ownStdout(), { end: false });
  stdin.on('data', send);
  if (!isRaw) stdin.once('end', () => leaving.resolve(false));
  const ended = once(streams, 'close').then(() => true);
  const isOver = await Promise.race([ended, leaving.promise, left.then(() => false)]);
  stdin.off('data', send).pause();
  streams.destroy();
  return isOver;
};
