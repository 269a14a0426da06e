import { relative } from 'node:path';
import type { Changed } from '../../core/core-event.ts';
import type { Notice } from '../../model/notice.ts';
import type { CommandSpec, WatchSpec } from '../../model/pod-spec.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { now, Timers } from '../../time/timers.ts';
import type { ActionResult } from '../actions/action-result.ts';
import { FeedbackLoop } from './feedback-loop.ts';
import type { WatchScope } from './watch-scope.ts';

interface ProcessWatchOptions {
  readonly process: string;
  readonly watch: WatchSpec;
  /** Absolute path that file names are relative to. */
  readonly folder: string;
  readonly scope: WatchScope;
  readonly send: (change: Changed) => void;
  readonly notice: (notice: Notice) => void;
  readonly build: (command: CommandSpec, signal: AbortSignal) => Promise<ActionResult>;
}

/** Changes that never pause take effect this long after the first. */
const WAITED_AT_MOST: Milliseconds = 5_000;
const MOST_NAMES = 100;

/** Acts on changes of one process's files, once for each burst. */
export class ProcessWatch {
  readonly #options: ProcessWatchOptions;
  readonly #timers = new Timers<'debounce'>();
  readonly #loop = new FeedbackLoop();
  #files = new Set<string>();
  #since: Milliseconds | null = null;
  #build: AbortController | null = null;
  /** Newest build, finished or ending. */
  #built: Promise<unknown> = Promise.resolve();
  #isPaused = false;

  constructor(options: ProcessWatchOptions) {
    this.#options = options;
  }

  get scope(): WatchScope {
    return this.#options.scope;
  }

  /** `path` is absolute. */
  changed(path: string): void {
    if (this.#isPaused || !this.#options.scope.concerns(path)) return;
    this.#files.add(path);
    this.#since ??= now();
    const at = Math.min(now() + this.#options.watch.debounce, this.#since + WAITED_AT_MOST);
    this.#timers.arm('debounce', at, () => this.#act());
  }

  /** A new instance has read the current files: earlier changes do not concern it. */
  launched(): void {
    this.#loop.acted(now());
    if (this.#options.watch.action.kind === 'restart') this.#forgetChanges();
  }

  /** Somebody has restarted the process. */
  goOn(): void {
    this.#isPaused = false;
    this.#loop.forget();
  }

  close(): void {
    this.#timers.disarmAll();
    this.#build?.abort();
  }

  #act(): void {
    const files = this.#files;
    this.#forgetChanges();
    const circling = this.#loop.changed(files, now());
    if (circling !== null) return this.#pause(circling);
    const { action } = this.#options.watch;
    switch (action.kind) {
      case 'restart':
        return this.#report(files, null);
      case 'signal':
        this.#loop.acted(now());
        return this.#report(files, action.signal);
      case 'command':
        return this.#beginBuild(action.command, files);
      default:
        return action satisfies never;
    }
  }

  #beginBuild(command: CommandSpec, files: ReadonlySet<string>): void {
    const { process, notice } = this.#options;
    this.#buildAndReport(command, files).catch(({ message }: Error) =>
      notice({ kind: 'build-failed', process, finding: { kind: 'said', text: message } }),
    );
  }

  /** A change during the build invalidates it: it starts over. */
  async #buildAndReport(command: CommandSpec, files: ReadonlySet<string>): Promise<void> {
    this.#build?.abort();
    const build = new AbortController();
    this.#build = build;
    this.#loop.acted(now());
    const { process, notice } = this.#options;
    const before = this.#built;
    const building = before.then(() => this.#options.build(command, build.signal));
    this.#built = building;
    const { ok, finding } = await building;
    if (this.#build !== build || build.signal.aborted) return;
    this.#build = null;
    if (ok) this.#report(files, null);
    else notice({ kind: 'build-failed', process, finding });
  }

  #report(files: ReadonlySet<string>, signal: string | null): void {
    const { process, send } = this.#options;
    const named = [...files].slice(0, MOST_NAMES).map((file) => this.#nameOf(file));
    send({ type: 'change', process, files: named, count: files.size, signal });
  }

  #pause(file: string): void {
    this.#isPaused = true;
    this.#build?.abort();
    const { process, notice } = this.#options;
    notice({ kind: 'feedback-loop', process, file: this.#nameOf(file) });
  }

  #nameOf(file: string): string {
    return relative(this.#options.folder, file) || file;
  }

  #forgetChanges(): void {
    this.#timers.disarm('debounce');
    this.#files = new Set();
    this.#since = null;
  }
}
