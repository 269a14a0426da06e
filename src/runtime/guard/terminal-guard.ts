import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/**
 * Waits like the pod's guard, for the same death, and gives the terminal back: the modes it has now, the normal screen,
 * the cursor. A terminal that has stopped reading holds up nobody but this shell.
 */
const SCRIPT = `trap '' INT TERM HUP TSTP TTOU
saved=$(stty -g <&3)
read -r word && exit
stty "$saved" <&3
printf '%s' "$1" >&4`;

export interface TerminalGuard {
  /** The terminal has been given back. */
  dismiss(): void;
}

/** `restore`: what is written to stdout, a terminal, should this process die before it says `dismiss`. */
export const armTerminalGuard = (restore: string): TerminalGuard | null => {
  if (process.platform === 'win32') return null;
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'sidecarctl-terminal-guard', restore], {
    cwd: '/',
    detached: true,
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['pipe', 'ignore', 'ignore', 0, 1],
  });
  const input = child.stdin as Writable & { unref(): void };
  for (const source of [child, input]) source.on('error', () => undefined);
  child.unref();
  input.unref();
  return { dismiss: () => void input.end('done\n') };
};
