import { printJson, printRaw } from './print.ts';

export interface PrintedLine {
  readonly process: string;
  readonly line: string;
}

interface PrinterOptions {
  /** Whose lines come: of one alone the name is left out. */
  readonly processes: readonly string[];
  readonly json: boolean;
  readonly color: boolean;
  readonly grep: RegExp | null;
}

const COLORS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];
const RESET = '\u001b[0m';

/** Prints those lines that match. */
export class LogPrinter {
  readonly #options: PrinterOptions;
  readonly #width: number;

  constructor(options: PrinterOptions) {
    this.#options = options;
    this.#width = Math.max(0, ...options.processes.map((name) => name.length));
  }

  matches({ line }: PrintedLine): boolean {
    return this.#options.grep?.test(line) ?? true;
  }

  print(line: PrintedLine): void {
    if (!this.matches(line)) return;
    if (this.#options.json) printJson(line);
    else printRaw(`${this.#prefixOf(line.process)}${line.line}`);
  }

  #prefixOf(process: string): string {
    const { processes, color } = this.#options;
    if (processes.length === 1) return '';
    const text = `${process.padEnd(this.#width)} | `;
    const code = COLORS[processes.indexOf(process) % COLORS.length] ?? 36;
    return color ? `\u001b[${code}m${text}${RESET}` : text;
  }
}
