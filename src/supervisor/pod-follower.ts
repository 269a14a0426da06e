import { relative } from 'node:path';
import type { ConfigModules } from '../config/load/config-modules.ts';
import type { CoreEvent } from '../core/core-event.ts';
import type { PodState } from '../core/pod-state.ts';
import { errorMessage } from '../model/error-message.ts';
import type { Notice } from '../model/notice.ts';
import type { PodEvent } from '../model/pod-event.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import type { PodReader } from '../runtime/pod-reader.ts';
import type { BuildContext } from '../runtime/watch/build-step.ts';
import { FileWatcher } from '../runtime/watch/file-watcher.ts';
import { PodWatch } from '../runtime/watch/pod-watch.ts';
import { isWithin } from '../runtime/watch/watch-scope.ts';
import { now, Timers } from '../time/timers.ts';
import type { ReloadOutcome } from './config-reload.ts';
import { EnvFileChanges, envFilesOf } from './env-file-changes.ts';

interface FollowerOptions {
  readonly modules: ConfigModules;
  readonly build: BuildContext;
  readonly pod: () => PodState;
  readonly attach: (reader: PodReader) => void;
  readonly send: (event: CoreEvent) => void;
  readonly notice: (notice: Notice) => void;
  readonly reload: () => Promise<ReloadOutcome>;
}

/** An editor writes the files of one edit one after the other. */
const DEBOUNCE: Milliseconds = 100;

/** Follows edits in `dev`: the files of the processes, the config and env files. */
export class PodFollower {
  readonly #options: FollowerOptions;
  readonly #watch: PodWatch;
  readonly #timers = new Timers<'debounce' | 'alive'>();
  readonly #envFiles = new EnvFileChanges();
  #changed = new Set<string>();
  #files: readonly string[] = [];
  #watcher: FileWatcher | null = null;
  #isClosed = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    const { pod, build, send, notice, attach } = options;
    this.#watch = new PodWatch({ spec: pod().spec, build, send, notice });
    for (const { spec } of pod().processes.values()) this.#envFiles.launched(spec);
    attach({
      event: (event) => this.#event(event),
      output: () => undefined,
      notice: () => undefined,
    });
    this.#watchConfig();
    // If nothing can be watched and the primary waits for a change, nothing else would keep this process alive.
    this.#timers.arm('alive', Number.MAX_SAFE_INTEGER, () => undefined);
    this.#tellWhenReady().catch((error) => this.#failed(error));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timers.disarmAll();
    await Promise.all([this.#watch.close(), this.#watcher?.close()]);
  }

  #event(event: PodEvent): void {
    this.#watch.event(event);
    if (event.type !== 'process' || event.state !== 'starting') return;
    const record = this.#options.pod().processes.get(event.name);
    if (record !== undefined) this.#envFiles.launched(record.spec);
  }

  async #tellWhenReady(): Promise<void> {
    await Promise.all([this.#watch.ready(), this.#watcher?.ready]);
    const processes = this.#watch.processes;
    if (!this.#isClosed && processes.length > 0) this.#options.notice({ kind: 'watching', processes });
  }

  /** Watches the config file, the modules that it imports, and all env files. */
  #watchConfig(): void {
    const { modules, pod, notice } = this.#options;
    const files = [...new Set([...modules.files, ...envFilesOf(pod().spec)])].sort();
    if (files.join('\0') === this.#files.join('\0')) return;
    this.#watcher?.close().catch((error) => this.#failed(error));
    this.#files = files;
    const isOne = new Set(files);
    this.#watcher = new FileWatcher({
      roots: files,
      ignores: (path, isFolder) =>
        isFolder ? !files.some((file) => isWithin(file, path)) : !isOne.has(path),
      polling: null,
      onChange: (path) => this.#onChange(path),
      onFailure: (failure) => notice({ kind: 'watch-failed', processes: ['the config'], ...failure }),
    });
  }

  #onChange(path: string): void {
    this.#changed.add(path);
    this.#timers.arm('debounce', now() + DEBOUNCE, () => {
      this.#follow().catch((error) => this.#failed(error));
    });
  }

  /** Reports a failure to follow; the pod keeps running. */
  #failed(error: unknown): void {
    const message = `an edit could not be applied: ${errorMessage(error)}`;
    if (!this.#isClosed) this.#options.notice({ kind: 'reload-refused', message });
  }

  /** The config comes first: the processes that it restarts read their env files anyway. */
  async #follow(): Promise<void> {
    const changed = this.#changed;
    this.#changed = new Set();
    const outcome = await this.#options.reload();
    if (this.#isClosed) return;
    if (outcome.ok) this.#watchConfig();
    else
      return this.#options.notice({
        kind: 'reload-refused',
        message: `config error, running pod unchanged:\n${outcome.message}`,
      });
    this.#followEnvFiles(changed);
  }

  #followEnvFiles(changed: ReadonlySet<string>): void {
    const { pod, send } = this.#options;
    const { folder } = pod().spec;
    const files = envFilesOf(pod().spec).filter((file) => changed.has(file));
    if (files.length === 0) return;
    const named = files.map((file) => relative(folder, file));
    for (const process of this.#envFiles.concerned(pod())) {
      send({ type: 'change', process, files: named, count: named.length, signal: null });
    }
  }
}
