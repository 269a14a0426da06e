import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { type IPty, spawn } from '@lydell/node-pty';
import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { withDeadline } from '../support/deadline.ts';
import { configFile, Project } from '../support/project.ts';
import { type Figure, median, wallClock } from './measure.ts';

const KEYS = 60;
const IDLE_MS = 5_000;
/** Of /proc/PID/stat. */
const TICK_MS = 10;

const CONFIG = configFile({
  name: 'shop',
  sidecars: { db: { command: 'date +%s%N > launched.txt; exec sleep 600' } },
  primary: { command: 'exec sleep 600' },
});

/** What a person at the dashboard waits for, at the reader's end of a terminal, and what it takes while nothing happens. */
export const benchDashboard = async (runs: number): Promise<Figure[]> => {
  await using project = await Project.create({ 'sidecars.config.mjs': CONFIG });
  const frames: number[] = [];
  const afterChild: number[] = [];
  for (let round = 0; round <= runs; round++) {
    await using shown = await Shown.open(project);
    const launched = Number(await readFile(project.path('launched.txt'), 'utf8')) / 1e6;
    // The first round fills caches and does not count.
    if (round === 0) continue;
    frames.push(shown.drawnAt - shown.startedAt);
    afterChild.push(shown.drawnAt - launched);
  }
  await using shown = await Shown.open(project);
  const keys = await shown.keyTimes();
  const idle = await shown.idle();
  const late = keys.toSorted((one, other) => one - other)[Math.floor(keys.length * 0.95)] ?? Number.NaN;
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  return [
    { name: 'first frame after the start', value: ms(median(frames)), target: '250 ms' },
    { name: 'first frame after the first child', value: ms(median(afterChild)), target: '-' },
    { name: 'key to screen, 95th percentile', value: ms(late), target: '-' },
    { name: 'idle dashboard, of a core', value: `${(idle * 100).toFixed(1)} %`, target: '0.5 %' },
  ];
};

/** The dashboard on a terminal whose bytes are looked at, not drawn. */
class Shown implements AsyncDisposable {
  readonly startedAt = wallClock();
  drawnAt = 0;
  readonly #pty: IPty;
  readonly #ended: Promise<void>;
  #text = '';
  #wake = (): void => undefined;

  private constructor(cwd: string) {
    const env = cleanEnvironment();
    this.#pty = spawn(process.execPath, [CLI, 'dev'], {
      name: 'xterm-256color',
      cols: 100,
      rows: 30,
      cwd,
      env,
    });
    this.#ended = new Promise((resolve) => this.#pty.onExit(() => resolve()));
    this.#pty.onData((text) => {
      this.#text += text;
      this.#wake();
    });
  }

  static async open(project: Project): Promise<Shown> {
    const shown = new Shown(project.folder);
    await shown.#until(() => shown.#text.includes('following'));
    shown.drawnAt = wallClock();
    return shown;
  }

  /** Between pressing a key and the first byte of what it changes. */
  async keyTimes(): Promise<number[]> {
    const times: number[] = [];
    await setTimeout(1_000);
    for (let at = 0; at < KEYS; at++) {
      this.#text = '';
      const from = performance.now();
      this.#pty.write(at % 2 === 0 ? 'k' : 'j');
      await this.#until(() => this.#text !== '');
      times.push(performance.now() - from);
      await setTimeout(30);
    }
    return times;
  }

  async idle(): Promise<number> {
    const [before, from] = [await this.#ticks(), performance.now()];
    await setTimeout(IDLE_MS);
    return (((await this.#ticks()) - before) * TICK_MS) / (performance.now() - from);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pty.kill('SIGTERM');
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
