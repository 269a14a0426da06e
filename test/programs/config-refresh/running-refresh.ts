import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { ConfigRefreshProgramOptions } from '../../../src/programs/config-refresh/options.ts';
import { eventually, withDeadline } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { makeFolder } from './sources/read.ts';

/** The build starts in a fifth of the time of its sources. */
const PROGRAM = fileURLToPath(new URL('../../../dist/programs/config-refresh.js', import.meta.url));

type Options = Partial<ConfigRefreshProgramOptions>;

export const DEFAULTS: Omit<ConfigRefreshProgramOptions, 'admin' | 'folder'> = {
  sources: {},
  files: [],
  wait: { min: 20, max: 200 },
  action: null,
  splay: 0,
  onError: 'keep',
  errorOnMissingKey: true,
  retry: { backoff: 20, maxBackoff: 50, attempts: null },
};

/** The program of `use: 'config-refresh'`, until the end of the test. */
export class RunningRefresh {
  /** Where its options are. */
  readonly folder: string;
  readonly volume: string;
  readonly #wrap: readonly string[];
  #child: ChildProcess | null = null;
  #admin = 0;
  output = '';
  /** What it has told on NOTIFY_FD. */
  notified = '';
  exit: Promise<number | null> = Promise.resolve(null);

  private constructor(wrap: readonly string[]) {
    const root = makeFolder();
    this.#wrap = wrap;
    this.folder = join(root, 'conf');
    this.volume = join(root, 'volume');
    for (const folder of [this.folder, this.volume]) mkdirSync(folder);
  }

  /** @param wrap words before the command, of a program that runs it */
  static async start(
    options: Options | ((volume: string) => Options),
    { isReady = true, wrap = [] }: { readonly isReady?: boolean; readonly wrap?: readonly string[] } = {},
  ): Promise<RunningRefresh> {
    const running = new RunningRefresh(wrap);
    running.#admin = await freePort();
    running.write(typeof options === 'function' ? options(running.volume) : options);
    onTestFinished(() => running.kill());
    await running.launch(isReady);
    return running;
  }

  /** Launches it, or again after its end. */
  async launch(isReady = true): Promise<void> {
    const [file = '', ...args] = [...this.#wrap, process.execPath, PROGRAM, join(this.folder, 'options')];
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, NOTIFY_FD: '3' },
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data) => {
        this.output += data;
      });
    (child.stdio[3] as Readable).on('data', (data) => {
      this.notified += data;
    });
    this.exit = once(child, 'exit').then(([code]) => code as number | null);
    if (isReady) await this.untilReady();
  }

  untilReady(): Promise<void> {
    return withDeadline(
      'config-refresh to be ready',
      eventually('config-refresh to be ready', () => this.isReady()),
      () => this.output,
    );
  }

  async isReady(): Promise<boolean> {
    return (await fetch(`http://127.0.0.1:${this.#admin}/ready`).catch(() => null))?.ok === true;
  }

  async page(path: string): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#admin}${path}`)).text();
  }

  async stats(): Promise<Record<string, never>> {
    return JSON.parse(await this.page('/stats'));
  }

  /** Writes other options. */
  write(options: Options): void {
    const admin = `127.0.0.1:${this.#admin}`;
    const text = JSON.stringify({ ...DEFAULTS, admin, folder: this.folder, ...options });
    writeFileSync(join(this.folder, 'options'), text);
  }

  reload(options: Options): void {
    this.write(options);
    this.signal('SIGHUP');
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exit;
  }

  says(text: string): Promise<void> {
    return withDeadline(
      text,
      eventually(text, () => this.output.includes(text)),
      () => this.output,
    );
  }

  /** The names of files that it has told the supervisor of, each time. */
  get refreshes(): readonly (readonly string[])[] {
    return [...this.notified.matchAll(/^X_SIDECARCTL_REFRESHED=(.*)$/gm)].map(([, json = '']) =>
      JSON.parse(json),
    );
  }
}
