import { readFile, rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type IPty, spawn } from '@lydell/node-pty';
import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { eventually, withDeadline } from '../support/deadline.ts';
import type { Project } from '../support/project.ts';
import { wallClock } from './measure.ts';

/** Of /proc/PID/stat. */
const TICK_MS = 10;
/** What a frame begins with: the terminal is to show it as a whole. */
const FRAME = '\u001b[?2026h';
const LOOP_LAG = pathToFileURL(fileURLToPath(new URL('../support/loop-lag.mjs', import.meta.url))).href;
const LOOP_LAG_FILE = 'loop-lag.json';

/** What the supervisor has cost over a while. */
export interface Cost {
  /** Cores in use. */
  readonly cpu: number;
  readonly bytes: number;
  readonly frames: number;
}

/** The dashboard on a terminal whose bytes are looked at, not drawn. */
export class ShownDashboard implements AsyncDisposable {
  readonly startedAt = wallClock();
  drawnAt = 0;
  readonly #project: Project;
  readonly #pty: IPty;
  readonly #ended: Promise<void>;
  #isOver = false;
  #text = '';
  #wake = (): void => undefined;

  /** `watched`: how late its loop runs can be asked for, which takes a core's 0.1 %. */
  private constructor(project: Project, watched: boolean) {
    this.#project = project;
    const watching = {
      NODE_OPTIONS: `--import=${LOOP_LAG}`,
      LOOP_LAG_FILE: project.path(LOOP_LAG_FILE),
    };
    this.#pty = spawn(process.execPath, [CLI, 'dev'], {
      name: 'xterm-256color',
      cols: 120,
      rows: 40,
      cwd: project.folder,
      env: { ...cleanEnvironment(), ...(watched ? watching : {}) },
    });
    this.#ended = new Promise((resolve) =>
      this.#pty.onExit(() => {
        this.#isOver = true;
        resolve();
      }),
    );
    this.#pty.onData((text) => {
      this.#text += text;
      this.#wake();
    });
  }

  static async open(project: Project, watched = false): Promise<ShownDashboard> {
    const shown = new ShownDashboard(project, watched);
    await shown.shows('following');
    shown.drawnAt = wallClock();
    return shown;
  }

  /** Whether it has been written at all since the last key. */
  async shows(text: string): Promise<void> {
    await this.#until(() => this.#text.includes(text));
  }

  press(key: string): void {
    this.#text = '';
    this.#pty.write(key);
  }

  /** Between pressing a key and the first byte of what it changes. */
  async keyTime(key: string): Promise<number> {
    const from = performance.now();
    this.press(key);
    await this.#until(() => this.#text !== '');
    return performance.now() - from;
  }

  async cost(ms: number): Promise<Cost> {
    this.#text = '';
    const [before, from] = [await this.#ticks(), performance.now()];
    await setTimeout(ms);
    const cpu = (((await this.#ticks()) - before) * TICK_MS) / (performance.now() - from);
    return { cpu, bytes: this.#text.length, frames: this.#text.split(FRAME).length - 1 };
  }

  /** The terminal stops reading for a while, as one does that is frozen. */
  async freeze(forMs: number): Promise<void> {
    this.#pty.pause();
    await setTimeout(forMs);
    this.#pty.resume();
  }

  /** The latest that its loop has run since the last time this was asked, and its heap after a collection. */
  async loop(): Promise<{ readonly lag: number; readonly heap: number }> {
    const path = this.#project.path(LOOP_LAG_FILE);
    await rm(path, { force: true });
    process.kill(this.#pty.pid, 'SIGUSR2');
    const read = () => readFile(path, 'utf8').catch(() => '');
    await eventually('the lag of the loop', async () => (await read()) !== '');
    return JSON.parse(await read());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOver) this.#pty.kill('SIGTERM');
    await withDeadline('the dashboard to end', this.#ended);
  }

  async #ticks(): Promise<number> {
    const stat = await readFile(`/proc/${this.#pty.pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  }

  async #until(holds: () => boolean): Promise<void> {
    const wait = async () => {
      while (!holds())
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
    };
    await withDeadline('the dashboard to draw', wait());
  }
}
