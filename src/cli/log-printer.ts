import { LineEnd } from '../report/line-end.ts';
import { colorOf, RESET } from '../report/name-colors.ts';
import { TerminalText } from '../report/terminal-text.ts';
import { printJson, write } from './print.ts';

interface PrintedLine {
  readonly process: string;
  readonly line: string;
  readonly stream?: 'stdout' | 'stderr';
  /** True for an unfinished line, which may follow again as a whole. */
  readonly partial?: true;
}

interface PrinterOptions {
  /** Processes whose lines are printed; a single one is printed without its name. */
  readonly processes: readonly string[];
  readonly json: boolean;
  readonly color: boolean;
  /** True for a terminal, which gets only text that is safe to print. */
  readonly isTerminal: boolean;
  readonly grep: RegExp | null;
}

/** Prints the matching lines. */
export class LogPrinter {
  readonly #options: PrinterOptions;
  /** Names of the processes seen so far: a reload may add some. */
  readonly #processes: string[];
  readonly #end: LineEnd;
  readonly #texts = new Map<string, TerminalText>();
  #width: number;

  constructor(options: PrinterOptions) {
    this.#options = options;
    this.#processes = [...options.processes];
    this.#end = new LineEnd(options.isTerminal);
    this.#width = Math.max(0, ...options.processes.map((name) => name.length));
  }

  matches({ line }: PrintedLine): boolean {
    return this.#options.grep?.test(line) ?? true;
  }

  /** `time` is put before the line if it is given. */
  print(line: PrintedLine, time: string | null = null): void {
    if (!this.matches(line)) return;
    if (this.#options.json) return printJson(line);
    const key = `${line.process} ${line.stream}`;
    const isWhole = line.partial !== true;
    const prefix = `${time === null ? '' : `${time} `}${this.#prefixOf(line.process)}`;
    write(this.#end.add(key, prefix, this.#shown(key, line.line, isWhole), isWhole));
  }

  /** Ends an unfinished line. */
  end(): void {
    write(this.#end.close());
  }

  #shown(key: string, line: string, isWhole: boolean): string {
    if (!this.#options.isTerminal) return line;
    const text = this.#texts.get(key) ?? new TerminalText();
    this.#texts.set(key, text);
    return isWhole ? text.line(line) : text.preview(line);
  }

  #prefixOf(process: string): string {
    if (!this.#processes.includes(process)) this.#processes.push(process);
    if (this.#processes.length === 1) return '';
    this.#width = Math.max(this.#width, process.length);
    const text = `${process.padEnd(this.#width)} | `;
    const code = colorOf(this.#processes.indexOf(process));
    return this.#options.color ? `\u001b[${code}m${text}${RESET}` : text;
  }
}
