import type { CoreEvent } from '../../core/core-event.ts';
import type { Notice } from '../../core/notice.ts';
import type { PodEvent } from '../../core/pod-event.ts';
import type { Milliseconds, PodSpec, ProcessSpec, WatchSpec } from '../../core/pod-spec.ts';
import { same } from '../../core/same.ts';
import { mountsOf } from '../volumes/mounts.ts';
import { type BuildContext, runBuildStep } from './build-step.ts';
import { FileWatcher } from './file-watcher.ts';
import { GitIgnore } from './git-ignore.ts';
import { ProcessWatch } from './process-watch.ts';
import { type Ignored, watchScope } from './watch-scope.ts';

export interface PodWatchOptions {
  readonly spec: PodSpec;
  readonly build: BuildContext;
  readonly send: (event: CoreEvent) => void;
  readonly notice: (notice: Notice) => void;
}

/** Watches the files of all processes of a pod that ask for it, until it is closed. */
export class PodWatch {
  readonly #options: PodWatchOptions;
  #spec: PodSpec;
  #watches: ReadonlyMap<string, ProcessWatch> = new Map();
  #watchers: readonly FileWatcher[] = [];

  constructor(options: PodWatchOptions) {
    this.#options = options;
    this.#spec = options.spec;
    this.#watch(options.spec);
  }

  /** Those whose files are watched. */
  get processes(): readonly string[] {
    return [...this.#watches.keys()];
  }

  /** Resolves when all that is there has been taken in. */
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

  /** Watching anew takes in every folder again: only what concerns it is worth that. */
  #follow(spec: PodSpec): void {
    const isSame = same(watchedIn(this.#spec), watchedIn(spec));
    this.#spec = spec;
    if (isSame) return;
    void this.close();
    this.#watch(spec);
  }

  async close(): Promise<void> {
    for (const watch of this.#watches.values()) watch.close();
    await Promise.all(this.#watchers.map((watcher) => watcher.close()));
  }

  #watch(spec: PodSpec): void {
    const ignored = ignoredIn(spec);
    const watched = [...spec.processes.values()].filter(isWatched);
    this.#watches = new Map(
      watched.map((process) => [process.name, this.#processWatch(process, spec, ignored)]),
    );
    this.#watchers = [...new Set(watched.map(({ watch }) => watch.polling))].map((polling) =>
      this.#watcher(
        watched.filter(({ watch }) => watch.polling === polling).map(({ name }) => name),
        polling,
      ),
    );
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
    return new FileWatcher({
      roots: watches.flatMap(({ scope }) => scope.roots),
      ignores: (path, isFolder) =>
        !watches.some(({ scope }) => (isFolder ? scope.reaches(path) : scope.concerns(path))),
      polling,
      onChange: (path) => {
        for (const watch of watches) watch.changed(path);
      },
      onFailure: (failure) => this.#options.notice({ kind: 'watch-failed', processes, ...failure }),
    });
  }
}

type WatchedProcess = ProcessSpec & { readonly watch: WatchSpec };

const isWatched = (process: ProcessSpec): process is WatchedProcess => process.watch !== null;

/** All that decides which files are watched, and what follows. */
const watchedIn = (spec: PodSpec): unknown => [
  [...spec.processes.values()].filter(isWatched).map(({ name, watch }) => [name, watch]),
  [...spec.volumes.values()],
  mountsOf(spec),
];

/** What the pod itself writes: logs and volumes lie in its own folder or where the config has them. */
const ignoredIn = (spec: PodSpec): Ignored => {
  const git = new GitIgnore(spec.folder);
  return {
    always: [
      ...[...spec.volumes.values()].map(({ path }) => path),
      ...mountsOf(spec).map(({ path }) => path),
    ],
    byDefault: (path, isFolder) => git.ignores(path, isFolder),
  };
};
