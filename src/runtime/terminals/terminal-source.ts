import { closeSync } from 'node:fs';
import { type Backpressure, ReadAllowance } from '../../logs/backpressure.ts';
import type { TerminalSize } from '../../model/terminal-size.ts';
import type { OutputSink } from '../engines/engine.ts';
import type { OutputEnds, OutputSource } from '../output/output-source.ts';
import type { PseudoTerminal } from './pseudo-terminal.ts';
import { TerminalInput } from './terminal-input.ts';
import { TerminalReader } from './terminal-reader.ts';

/** What all launches of a process write to its terminal, and the way to what they read from it. */
export class TerminalSource implements OutputSource {
  /** Keys for the processes on the terminal. */
  readonly input: TerminalInput;
  readonly #terminal: PseudoTerminal;
  readonly #backpressure: Backpressure;
  readonly #reader: TerminalReader;
  readonly #allowance: ReadAllowance;

  constructor(terminal: PseudoTerminal, { saveFromTerminal, takeFromTerminal, backpressure }: OutputSink) {
    this.#terminal = terminal;
    this.#backpressure = backpressure;
    this.#reader = new TerminalReader({
      master: terminal.master,
      save: saveFromTerminal,
      take: (chunk) => {
        takeFromTerminal(chunk);
        this.#allowance.spend(chunk.length);
      },
    });
    this.#allowance = new ReadAllowance(backpressure, this.#reader);
    this.input = new TerminalInput(terminal.master);
    backpressure.join(this.#reader);
  }

  get path(): string {
    return this.#terminal.path;
  }

  get isRaw(): boolean {
    return this.#terminal.isRaw;
  }

  openEnds(): OutputEnds {
    const end = this.#terminal.openEnd();
    this.input.clear();
    return { stdout: end, stderr: end, close: () => closeSync(end) };
  }

  attach(): void {
    // The terminal is read all the time.
  }

  resize(size: TerminalSize): void {
    this.#terminal.resize(size);
  }

  allow(bytes: number): void {
    this.#allowance.grant(bytes);
  }

  async settle(): Promise<void> {
    this.#reader.drain();
    this.#allowance.revoke();
  }

  close(): void {
    this.input.clear();
    this.#backpressure.leave(this.#reader);
    this.#reader.drain();
    this.#reader.close();
    this.#terminal.close();
  }
}
