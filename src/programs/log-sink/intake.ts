import { Counts } from './counts.ts';
import { LineFile } from './line-file.ts';
import type { Protocol, ReceivedLine } from './received-line.ts';
import { Refusal } from './refusal.ts';
import { LogWindow } from './window/log-window.ts';
import { cutRecord, recordOf } from './window/record.ts';

interface IntakeOptions {
  /** Bytes of the window. */
  readonly keep: number;
  /** Path of the file that gets every line; `null`: none. */
  readonly file: string | null;
}

/** Takes what all protocols bring. */
export class Intake {
  readonly window: LogWindow;
  readonly counts = new Counts();
  #keep: number;
  #file: LineFile | null;

  constructor({ keep, file }: IntakeOptions) {
    this.#keep = keep;
    this.window = new LogWindow(keep);
    this.#file = file === null ? null : new LineFile(file);
  }

  /**
   * Resolves once the lines are in the window, and written to the file if there is one: what is acknowledged afterwards
   * is still there when the program is killed.
   *
   * @throws Refusal if the file cannot be written.
   */
  async take(lines: readonly ReceivedLine[], by: Protocol): Promise<void> {
    if (this.#file !== null) await this.#write(lines, by, this.#file);
    else for (const line of lines) this.#keepRecord(line, by);
    const counts = this.counts.of(by);
    counts.lines += lines.length;
    counts.characters += lines.reduce((sum, { body }) => sum + body.length, 0);
  }

  async change({ keep, file }: IntakeOptions): Promise<void> {
    this.#keep = keep;
    this.window.resize(keep);
    if (file === (this.#file?.path ?? null)) return;
    const before = this.#file;
    this.#file = file === null ? null : new LineFile(file);
    await before?.close();
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  /** A line gets its number when it is kept: the file has it in the order of arrival, and no number. */
  async #write(lines: readonly ReceivedLine[], by: Protocol, file: LineFile): Promise<void> {
    const text = lines.map((line) => `${JSON.stringify(withoutNumber(line, by))}\n`).join('');
    try {
      await file.append(Buffer.from(text));
    } catch (error) {
      const { code = 'an error' } = error as NodeJS.ErrnoException;
      throw new Refusal(
        503,
        `The file ${file.path} cannot be written: ${code}. Nothing was taken. Try again later.`,
      );
    }
    for (const line of lines) this.#keepRecord(line, by);
  }

  #keepRecord(line: ReceivedLine, by: Protocol): void {
    const record = recordOf(this.window.next, line, by);
    const bytes = Buffer.from(JSON.stringify(record));
    const isTooLong = bytes.length > this.#keep / 4;
    this.window.add(isTooLong ? Buffer.from(JSON.stringify(cutRecord(record))) : bytes);
  }
}

const withoutNumber = (received: ReceivedLine, by: Protocol): object => {
  const { line: _, ...rest } = recordOf(0, received, by);
  return rest;
};
