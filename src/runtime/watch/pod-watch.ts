import { basename } from 'node:path';
import type { CoreEvent } from '../../core/core-event.ts';
import { deepEqual } from '../../model/deep-equal.ts';
import type { Notice } from '../../model/notice.ts';
import type { PodEvent } from '../../model/pod-event.ts';
import type { PodSpec, ProcessSpec, WatchSpec } from '../../model/pod-spec.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { now, Timers } from '../../time/timers.ts';
import { mountsOf } from '../volumes/mounts.ts';
import { type BuildContext, runBuildStep } from './build-step.ts';
import { FileWatcher } from './file-watcher.ts';
import { GIT_IGNORE, GitIgnore } from './git-ignore.ts';
import { ProcessWatch } from './process-watch.ts';
import { type Ignored, watchScope } from './watch-scope.ts';
import { watchedRoots } from './watched-roots.ts';

interface PodWatchOptions {
  readonly spec: PodSpec;
  readonly build: BuildContext;
  readonly send: (event: CoreEvent) => void;
  readonly notice: (notice: Notice) => void;
}

/** A checkout writes several of them. */
const GIT_IGNORE_DEBOUNCE: Milliseconds = 100;

/** Watches the files of all processes of a pod that ask for it, until it is closed. */
export class PodWatch {
  readonly #options: PodWatchOptions;
  #spec: PodSpec;
  #git: GitIgnore;
  #watches: ReadonlyMap<string, ProcessWatch> = new Map();
  #watchers: readonly FileWatcher[] = [];
  readonly #timers = new Timers<'git-ignore'>();

  constructor(options: PodWatchOptions) {
    this.#options = options;
    this.#spec = options.spec;
    this.#git = new GitIgnore(options.spec.folder);
    this.#watch(options.spec);
  }

  /** Names of the processes whose files are watched. */
  get processes(): readonly string[] {
    return [...this.#watches.keys()];
  }

  /** Resolves when all existing files have been read. */
  async ready(): Promise<void> {
    await Promise.all(this.#watchers.map((watcher) => watcher.ready));
  }

  event(event: PodEvent): void {
    if (event.type === 'reload') this.#follow(event.spec);
    if (event.type !== 'process') return;
    const watch = this.#watches.get(event.name);
    if (event.state === 'starting') watch?.launched();
    if (event.state === 'stopping' && event.reason?.kind !== 'files-changed') watch?.goOn();
  }

  /** Watching again reads every folder: only a relevant change is worth that. */
  #follow(spec: PodSpec): void {
    const isSame = deepEqual(watchedIn(this.#spec), watchedIn(spec));
    this.#spec = spec;
    if (isSame) return;
    this.close().catch((error: Error) => this.#failed(error));
    this.#git = new GitIgnore(spec.folder);
    this.#watch(spec);
  }

  async close(): Promise<void> {
    this.#timers.disarmAll();
    for (const watch of this.#watches.values()) watch.close();
    const watchers = this.#watchers;
    this.#watchers = [];
    await Promise.all(watchers.map((watcher) => watcher.close()));
  }

  #watch(spec: PodSpec): void {
    const ignored = ignoredIn(spec, this.#git);
    const watched = [...spec.processes.values()].filter(isWatched);
    this.#watches = new Map(
      watched.map((process) => [process.name, this.#processWatch(process, spec, ignored)]),
    );
    this.#watchers = this.#watchersOf(watched);
  }

  #watchersOf(watched: readonly WatchedProcess[]): readonly FileWatcher[] {
    return [...new Set(watched.map(({ watch }) => watch.polling))].map((polling) =>
      this.#watcher(
        watched.filter(({ watch }) => watch.polling === polling).map(({ name }) => name),
        polling,
      ),
    );
  }

  #gitIgnoreChanged(): void {
    this.#timers.arm('git-ignore', now() + GIT_IGNORE_DEBOUNCE, () => {
      this.#followGitIgnore().catch((error: Error) => this.#failed(error));
    });
  }

  #failed({ message }: Error): void {
    this.#options.notice({ kind: 'watch-failed', processes: this.processes, code: '', message });
  }

  /** Files that are no longer ignored have to be read; until then the present watchers continue. */
  async #followGitIgnore(): Promise<void> {
    this.#git.forget();
    const before = this.#watchers;
    const watchers = this.#watchersOf([...this.#spec.processes.values()].filter(isWatched));
    const both = [...before, ...watchers];
    this.#watchers = both;
    await Promise.all(watchers.map(({ ready }) => ready));
    // A reload, or the end, has closed all of them meanwhile.
    if (this.#watchers !== both) return;
    this.#watchers = watchers;
    await Promise.all(before.map((watcher) => watcher.close()));
    this.#options.notice({ kind: 'watching', processes: this.processes });
  }

  #processWatch(process: WatchedProcess, spec: PodSpec, ignored: Ignored): ProcessWatch {
    const { send, notice, build } = this.#options;
    return new ProcessWatch({
      process: process.name,
      watch: process.watch,
      folder: spec.folder,
      scope: watchScope(process.watch, spec.folder, ignored),
      send,
      notice,
      build: (command, signal) =>
        runBuildStep(this.#spec.processes.get(process.name) ?? process, command, build, signal),
    });
  }

  #watcher(processes: readonly string[], polling: Milliseconds | null): FileWatcher {
    const watches = processes.flatMap((name) => this.#watches.get(name) ?? []);
    const roots = watches.flatMap(({ scope }) => scope.roots);
    return new FileWatcher({
      roots: watchedRoots(
        roots.flatMap((root) => [root, ...this.#git.filesAbove(root)]),
        this.#spec.folder,
      ),
      ignores: (path, isFolder) =>
        (isFolder || basename(path) !== GIT_IGNORE) &&
        !watches.some(({ scope }) => (isFolder ? scope.reaches(path) : scope.concerns(path))),
      polling,
      onChange: (path) => {
        if (basename(path) === GIT_IGNORE) this.#gitIgnoreChanged();
        for (const watch of watches) watch.changed(path);
      },
      onFailure: (failure) => this.#options.notice({ kind: 'watch-failed', processes, ...failure }),
    });
  }
}

type WatchedProcess = ProcessSpec & { readonly watch: WatchSpec };

const isWatched = (process: ProcessSpec): process is WatchedProcess => process.watch !== null;

/** Everything that decides which files are watched, and what a change does. */
const watchedIn = (spec: PodSpec): unknown => [
  [...spec.processes.values()].filter(isWatched).map(({ name, watch }) => [name, watch]),
  [...spec.volumes.values()],
  mountsOf(spec),
];

/** Files that the pod itself writes: logs and volumes, in its own folder or where the config has them. */
const ignoredIn = (spec: PodSpec, git: GitIgnore): Ignored => ({
  always: [...[...spec.volumes.values()].map(({ path }) => path), ...mountsOf(spec).map(({ path }) => path)],
  byDefault: (path, isFolder) => git.ignores(path, isFolder),
});
