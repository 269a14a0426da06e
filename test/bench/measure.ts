import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Milliseconds since the epoch, finer than Date.now(). */
export const wallClock = (): number => performance.timeOrigin + performance.now();

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** Runs a command to its end; how long it took, and when it was started. */
export const runOnce = async (
  file: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly startedAt: number; readonly took: number; readonly stdout: string }> => {
  const startedAt = wallClock();
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} exited with ${code}`);
  return { startedAt, took: wallClock() - startedAt, stdout };
};

export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly target: string;
}
