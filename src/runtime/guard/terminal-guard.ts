import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { atMost } from '../../time/timers.ts';

/**
 * Waits like the pod's guard for the death of this process, and restores the terminal: the modes it had when the shell
 * reported that it is ready, the normal screen, the cursor. A terminal that has stopped reading holds up only this
 * shell.
 */
const SCRIPT = `trap '' INT TERM HUP TSTP TTOU
saved=$(stty -g <&3)
echo ready
read -r word && exit
stty "$saved" <&3
printf '%s' "$1" >&4`;

/** A busy machine may need long to start two programs; a machine without stty(1) still gets its dashboard. */
const READY_AT_LATEST: Milliseconds = 5_000;
/** A terminal that has stopped reading must not hold up the end of the pod. */
const RESTORED_AT_LATEST: Milliseconds = 5_000;

export interface TerminalGuard {
  /** The terminal has been restored. */
  dismiss(): void;
  /** Restores it now, in the guard's way. Resolves when that is done. */
  restore(): Promise<void>;
}

/**
 * Resolves when the terminal's modes have been saved and may be changed; null if there is no such guard.
 *
 * @param restore text written to stdout, a terminal, if this process dies before it calls `dismiss`
 */
export const armTerminalGuard = async (restore: string): Promise<TerminalGuard | null> => {
  if (process.platform === 'win32') return null;
  try {
    return await arm(restore);
  } catch {
    // There are too few descriptors.
    return null;
  }
};

const arm = async (restore: string): Promise<TerminalGuard> => {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'sidecarctl-terminal-guard', restore], {
    cwd: '/',
    detached: true,
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['pipe', 'pipe', 'ignore', 0, 1],
  });
  const input = child.stdin as Writable & { unref(): void };
  const output = child.stdout as Readable & { unref(): void };
  for (const source of [child, input, output]) source.on('error', () => undefined);
  const answer = new Promise((resolve) => {
    for (const event of ['data', 'close'] as const) output.once(event, resolve);
  });
  const gone = new Promise((resolve) => void child.once('close', resolve));
  await atMost(READY_AT_LATEST, answer);
  for (const held of [child, input, output]) held.unref();
  return {
    dismiss: () => void input.end('done\n'),
    restore: async () => {
      input.end();
      await atMost(RESTORED_AT_LATEST, gone);
    },
  };
};
