import { type ChildProcess, spawn } from 'node:child_process';
import { after } from '../../time/timers.ts';
import type { CommandOptions } from './options.ts';

interface RunOptions {
  readonly folder: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Most bytes of its stdout. */
  readonly limit: number;
  readonly signal: AbortSignal;
  /** For the command: `$1` and on in a line for the shell, behind the words of a list. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Of what a command writes to stderr, so much is told. */
const MOST_TOLD = 500;

/**
 * The stdout of a command. Rejects if it cannot be started, exits with another code than 0, takes too long or writes
 * too much; then nothing of it is left.
 */
export const runCommand = (command: CommandOptions, options: RunOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { folder, timeout, limit, signal, env = {} } = options;
    const [file = '', ...args] = wordsOf(command, options.args ?? []);
    // A group of its own, so that what it has started ends with it.
    const child = spawn(file, args, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    const [output, errors] = [new Kept(limit), new Kept(MOST_TOLD)];
    let why: string | null = null;
    const end = (because: string): void => {
      why ??= because;
      killGroup(child);
    };
    const cancel = after(timeout, () => end(`took longer than ${timeout} ms`), { ref: false });
    const abort = (): void => end('was ended');
    signal.addEventListener('abort', abort);
    const settle = (): void => {
      cancel();
      signal.removeEventListener('abort', abort);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      if (!output.add(chunk)) end(`wrote more than ${limit} bytes`);
    });
    child.stderr.on('data', (chunk: Buffer) => void errors.add(chunk));
    child.once('error', (error) => {
      settle();
      reject(new Error(`cannot be started: ${error.message}`));
    });
    child.once('close', (code, killedBy) => {
      settle();
      killGroup(child);
      if (why === null && code === 0) return resolve(output.bytes);
      const told = [errors.text, output.text].find((text) => text !== '');
      const how = why ?? (code === null ? `died of ${killedBy}` : `exited with code ${code}`);
      reject(new Error(told === undefined ? how : `${how}: ${told.slice(-MOST_TOLD)}`));
    });
  });

const wordsOf = (command: CommandOptions, args: readonly string[]): readonly string[] => {
  if ('words' in command) return [...command.words, ...args];
  return process.platform === 'win32'
    ? ['cmd.exe', '/d', '/s', '/c', command.shell, ...args]
    : ['/bin/sh', '-c', command.shell, 'sh', ...args];
};

/** What is left of its group. */
const killGroup = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Nothing is left.
  }
};

/** The first bytes of a stream, up to a limit. */
class Kept {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False if there is no room. */
  add(chunk: Buffer): boolean {
    const room = this.#limit - this.#bytes;
    const kept = chunk.subarray(0, room);
    this.#chunks.push(kept);
    this.#bytes += kept.length;
    return chunk.length <= room;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return this.bytes
      .toString()
      .trim()
      .replaceAll(/\s*\n\s*/g, '; ');
  }
}
