import { closeSync } from 'node:fs';
import type { ProcessSpec } from '../../model/pod-spec.ts';
import type { OutputSink } from '../engines/engine.ts';
import type { Libc } from '../native/libc.ts';
import { PseudoTerminal } from './pseudo-terminal.ts';
import { TerminalSource } from './terminal-source.ts';

/** The pseudo-terminals of the processes that ask for one. They are opened before the guard, which holds them too. */
export class Terminals {
  readonly #libc: Libc;
  readonly #opened = new Map<string, PseudoTerminal>();
  readonly #sources = new Map<string, TerminalSource>();

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /** Opens a terminal for each process that has none yet. Returns true if there are new ones. */
  add(processes: Iterable<ProcessSpec>): boolean {
    const before = this.#opened.size;
    for (const { name, launch } of processes) {
      if (launch.tty && !this.#opened.has(name)) this.#openEarly(name);
    }
    return this.#opened.size > before;
  }

  has(name: string): boolean {
    return this.#opened.has(name);
  }

  /** Master ends, by process. */
  masters(): readonly (readonly [string, number])[] {
    return [...this.#opened].map(([name, { master }]) => [name, master]);
  }

  /** Begins to read the terminal of a process at the first call. Throws the system's error if it could not be opened. */
  source(name: string, sink: OutputSink): TerminalSource {
    const known = this.#sources.get(name);
    if (known !== undefined) return known;
    const source = new TerminalSource(this.#opened.get(name) ?? this.#open(name), sink);
    this.#sources.set(name, source);
    return source;
  }

  /** Null: it has not been read yet. */
  read(name: string): TerminalSource | null {
    return this.#sources.get(name) ?? null;
  }

  /** The process has left the pod, or the pod has ended. */
  close(name: string): void {
    const source = this.#sources.get(name);
    const terminal = this.#opened.get(name);
    this.#sources.delete(name);
    this.#opened.delete(name);
    if (source !== undefined) return source.close();
    if (terminal === undefined) return;
    terminal.close();
    closeSync(terminal.master);
  }

  closeAll(): void {
    for (const name of [...this.#opened.keys()]) this.close(name);
  }

  #openEarly(name: string): void {
    try {
      this.#open(name);
    } catch {
      // The launch tries again, and says why it cannot.
    }
  }

  #open(name: string): PseudoTerminal {
    const terminal = PseudoTerminal.open(this.#libc);
    this.#opened.set(name, terminal);
    return terminal;
  }
}
