import { execFileSync } from 'node:child_process';
import { constants, openSync, writeSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FifoReader } from '../../../src/runtime/output/fifo-reader.ts';
import { eventually } from '../../support/deadline.ts';
import { Project } from '../../support/project.ts';

class Heard implements Disposable {
  text = '';
  readonly #fifo: number;
  readonly #reader: FifoReader;

  constructor(file: string) {
    execFileSync('mkfifo', [file]);
    this.#fifo = openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
    this.#reader = new FifoReader({
      fifo: this.#fifo,
      transfer: null,
      take: (chunk) => {
        this.text += chunk.toString();
      },
    });
  }

  /** Resolves when all of it has been read. */
  async write(text: string): Promise<void> {
    const due = this.text.length + writeSync(this.#fifo, text);
    await eventually('what was written to be read', () => this.text.length === due);
  }

  [Symbol.dispose](): void {
    this.#reader.close();
  }
}

describe.skipIf(process.platform === 'win32')('what is read from a FIFO', () => {
  test('is not mixed with what another process writes in between', async () => {
    await using project = await Project.create({});
    using quiet = new Heard(project.path('quiet'));
    using loud = new Heard(project.path('loud'));
    let written = '';
    for (let at = 0; at < 50; at += 1) {
      written += `line ${at}\n`;
      await quiet.write(`line ${at}\n`);
      await loud.write('x'.repeat(8_000));
    }
    expect(quiet.text).toBe(written);
    expect(loud.text).toBe('x'.repeat(50 * 8_000));
  });

  test('comes whole and in order when it is a flood', async () => {
    await using project = await Project.create({});
    using flood = new Heard(project.path('flood'));
    let written = '';
    for (let at = 0; at < 40; at += 1) {
      const text = `${at} `.repeat(at % 2 === 0 ? 15_000 : 3).slice(0, 60_000);
      written += text;
      await flood.write(text);
    }
    expect(flood.text).toBe(written);
  });
});
