import { join } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { CLI, cleanEnvironment } from './command-line.ts';
import { eventually, withDeadline } from './deadline.ts';

interface TerminalOptions {
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the built command with these arguments. */
  readonly file?: string;
}

/** A command on a terminal of its own, with what the terminal shows. Killed at the end if it is still there. */
export class PseudoTerminal {
  readonly #pty: IPty;
  readonly #screen: xterm.Terminal;
  readonly ended: Promise<{ readonly exitCode: number; readonly signal?: number }>;
  /** All that was written to the terminal. */
  output = '';
  #isOver = false;

  constructor(args: readonly string[], { cwd, columns = 100, rows = 24, env = {}, file }: TerminalOptions) {
    const command = file === undefined ? [process.execPath, CLI, ...args] : [file, ...args];
    this.#screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.#pty = spawn(command[0] as string, command.slice(1), {
      name: env['TERM'] ?? 'xterm-256color',
      cwd,
      cols: columns,
      rows,
      // What a test chooses in a dashboard is not kept for the user who runs the tests.
      env: { ...cleanEnvironment(), XDG_STATE_HOME: join(cwd, 'state'), ...env },
    });
    this.#pty.onData((text) => {
      this.output += text;
      this.#screen.write(text);
    });
    this.ended = new Promise((resolve) => {
      this.#pty.onExit((end) => {
        this.#isOver = true;
        resolve(end);
      });
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  get screen(): xterm.Terminal {
    return this.#screen;
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** It stops reading, as a terminal does that is frozen. */
  freeze(): void {
    this.#pty.pause();
  }

  thaw(): void {
    this.#pty.resume();
  }

  get rows(): readonly string[] {
    const { active } = this.#screen.buffer;
    return Array.from({ length: this.#screen.rows }, (_, row) => {
      return active.getLine(active.viewportY + row)?.translateToString(true) ?? '';
    });
  }

  /** With what has been scrolled away. */
  get text(): string {
    const { active } = this.#screen.buffer;
    return Array.from(
      { length: active.length },
      (_, row) => active.getLine(row)?.translateToString(true) ?? '',
    ).join('\n');
  }

  get isAlternate(): boolean {
    return this.#screen.buffer.active.type === 'alternate';
  }

  shows(text: string | RegExp): Promise<void> {
    const holds = () => {
      const screen = this.rows.join('\n');
      return typeof text === 'string' ? screen.includes(text) : text.test(screen);
    };
    return eventually(`${text} on the screen`, holds).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.rows.join('\n')}`);
    });
  }

  /** Its exit code, when all it wrote has been drawn. */
  async exit(): Promise<number> {
    const { exitCode } = await withDeadline('the command to end', this.ended, () => this.rows.join('\n'));
    await new Promise<void>((resolve) => this.#screen.write('', resolve));
    return exitCode;
  }

  /** What the command has left the terminal in: nothing of its own. */
  get isSane(): boolean {
    const hidden = this.output.lastIndexOf('\u001b[?25l') > this.output.lastIndexOf('\u001b[?25h');
    const { bracketedPasteMode, mouseTrackingMode } = this.#screen.modes;
    return !this.isAlternate && !bracketedPasteMode && mouseTrackingMode === 'none' && !hidden;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOver) this.#pty.kill('SIGKILL');
    this.thaw();
    await withDeadline('the command to be killed', this.ended);
    this.#screen.dispose();
  }
}
