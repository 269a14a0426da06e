import { execFileSync, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadLibc } from '../../../src/runtime/native/libc.ts';
import { PseudoTerminal } from '../../../src/runtime/terminals/pseudo-terminal.ts';
import { TerminalReader } from '../../../src/runtime/terminals/terminal-reader.ts';
import { eventually } from '../../support/deadline.ts';

const libc = loadLibc();

/** What a terminal makes of the output of `seq 1 COUNT`. */
const numbersTo = (count: number): string =>
  Array.from({ length: count }, (_, at) => `${at + 1}\r\n`).join('');

class Read implements Disposable {
  saved = '';
  taken = '';
  readonly chunks: number[] = [];
  readonly reader: TerminalReader;
  readonly #terminal: PseudoTerminal;

  constructor() {
    if (libc === null) throw new Error('koffi, which npm ci installs, cannot be loaded');
    this.#terminal = PseudoTerminal.open(libc);
    this.reader = new TerminalReader({
      master: this.#terminal.master,
      save: (piece) => {
        this.saved += piece.toString();
      },
      take: (chunk) => {
        this.taken += chunk.toString();
        this.chunks.push(chunk.length);
        // Nothing that readers get is missing in the log file.
        expect(this.taken).toBe(this.saved);
      },
    });
  }

  /** Runs a command whose output fits into the terminal. */
  run(command: string, ...args: readonly string[]): void {
    const end = this.#terminal.openEnd();
    execFileSync(command, args, { stdio: ['ignore', end, end] });
    closeSync(end);
  }

  start(command: string, ...args: readonly string[]): void {
    const end = this.#terminal.openEnd();
    spawn(command, args, { stdio: ['ignore', end, end] });
    closeSync(end);
  }

  [Symbol.dispose](): void {
    this.reader.close();
    this.#terminal.close();
  }
}

describe.runIf(process.platform === 'linux')('the reader of a terminal', () => {
  test('passes on a flood whole and in order, several reads at a time', async () => {
    using read = new Read();
    read.start('seq', '1', '200000');
    const all = numbersTo(200_000);
    await eventually('all of the output', () => read.taken.length >= all.length);
    expect(read.taken).toBe(all);
    expect(Math.max(...read.chunks)).toBeGreaterThan(4096);
    expect(Math.max(...read.chunks)).toBeLessThanOrEqual(64 * 1024);
  });

  test('reads nothing while it is paused, and what there is when it is drained', async () => {
    using read = new Read();
    read.reader.pause();
    read.run('seq', '1', '1000');
    await new Promise(setImmediate);
    expect(read.taken).toBe('');
    read.reader.drain();
    expect(read.taken).toBe(numbersTo(1_000));
    read.run('echo', 'more');
    read.reader.resume();
    await eventually('the rest', () => read.taken.endsWith('more\r\n'));
  });
});
