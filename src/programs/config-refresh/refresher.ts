import { isDeepStrictEqual } from 'node:util';
import { atMost, now, Timers } from '../../time/timers.ts';
import { act } from './actions/act.ts';
import { Announcer } from './actions/announcer.ts';
import { tellPod } from './actions/tell-pod.ts';
import { Unannounced } from './actions/unannounced.ts';
import { type Changes, RenderedFiles } from './files/rendered-files.ts';
import type { ConfigRefreshProgramOptions, FileOptions, SourceOptions } from './options.ts';
import { changed, dueAt, type Gathered } from './policies/quiescence.ts';
import { delayAfter } from './policies/retry.ts';
import { runCommand } from './run-command.ts';
import { FollowedSource } from './sources/followed-source.ts';
import { openSource } from './sources/open-source.ts';
import type { Figures } from './stats/figures.ts';
import { RenderError } from './templates/render-error.ts';
import type { ToldFailures } from './told-failures.ts';

interface RefresherOptions {
  readonly options: ConfigRefreshProgramOptions;
  /** Name of the process in the pod, a DNS label. */
  readonly name: string;
  /** Absolute path of a folder that is gone with the run. */
  readonly store: string;
  readonly figures: Figures;
  readonly failures: ToldFailures;
  readonly say: (line: string) => void;
  /** Something that is shown has changed. */
  readonly onChange: () => void;
  /** An error has lasted, and `onError` is `'fail'`. */
  readonly onFatal: (message: string) => void;
}

type Render = typeof import('./templates/render.ts').render;

/** Values by source; a template in a file is a source of its own, with a name that no other has. */
type Values = Map<string, unknown>;

/** A command or a check that runs at a stop. */
const ENDS_WITHIN = 1_500;

const CHECK_TAKES = 60_000;
const MOST_OUTPUT = 64 * 1024;
const LOOKS_AT_TEMPLATES_EVERY = 1_000;

/** Follows the sources, renders the files when something has changed, and announces that. */
export class Refresher {
  readonly #given: RefresherOptions;
  readonly #end = new AbortController();
  readonly #timers = new Timers<'render'>({});
  readonly #values: Values = new Map();
  readonly #sources: FollowedSource[] = [];
  readonly #files: RenderedFiles;
  readonly #unannounced: Unannounced;
  readonly #pod: Announcer;
  readonly #action: Announcer | null;
  #gathered: Gathered = null;
  #rendering: Promise<void> | null = null;
  #hasRendered = false;
  #isStopped = false;
  #failuresInARow = 0;
  /** Files whose swap has failed, of which some may be in place: these are announced with the next ones. */
  #owed: readonly string[] = [];

  constructor(given: RefresherOptions) {
    this.#given = given;
    const { options, name, store } = given;
    this.#files = new RenderedFiles({
      files: options.files,
      owner: name,
      check: (file, path) => this.#check(file, path),
    });
    this.#unannounced = new Unannounced(`${store}/unannounced.json`);
    this.#pod = this.#announcer('onChange', tellPod);
    const { action } = options;
    this.#action =
      action === null ? null : this.#announcer('onChange', (files) => act(action, files, this.#place));
  }

  /** Begins to follow. */
  start(): void {
    const { options } = this.#given;
    const pending = this.#unannounced.read();
    this.#pod.announce(pending.pod, 0);
    this.#action?.announce(pending.action, 0);
    for (const [name, source] of Object.entries(options.sources)) this.#follow(name, source);
    for (const { template } of options.files) if ('file' in template) this.#followTemplate(template.file);
    if (this.#sources.length === 0) this.#changed();
  }

  /** Whether every file is there. */
  get isReady(): boolean {
    return this.#given.figures.isReady;
  }

  /** Ends what waits, and gives a while to what runs. What is not announced then is announced by the next launch. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timers.disarmAll();
    const announced = Promise.all([this.#pod.stop(), this.#action?.stop()]);
    await Promise.all(this.#sources.map((source) => source.stop()));
    await atMost(ENDS_WITHIN, Promise.all([announced, this.#rendering]));
    this.#end.abort();
    await Promise.all([announced, this.#rendering]);
    await this.#files.close();
  }

  /** Removes the files that other options do not have; it must have been stopped. */
  leaveTo(files: readonly FileOptions[]): Promise<void> {
    return this.#files.clearAllBut(files);
  }

  get #place() {
    return { folder: this.#given.options.folder, signal: this.#end.signal };
  }

  #followTemplate(path: string): void {
    const fields = { parse: 'text', interval: LOOKS_AT_TEMPLATES_EVERY, timeout: 0 } as const;
    const name = templateSource(path);
    if (!this.#values.has(name)) this.#follow(name, { kind: 'file', path, ...fields });
    this.#values.set(name, undefined);
  }

  #follow(name: string, source: SourceOptions): void {
    const { options, store, figures, failures } = this.#given;
    this.#values.set(name, undefined);
    const works = (): void => {
      figures.sourceWorks(name);
      failures.works(name);
      this.#given.onChange();
    };
    this.#sources.push(
      new FollowedSource({
        open: () => openSource(source, { name, folder: options.folder, store }),
        interval: source.interval,
        isLocal: source.kind === 'file' || source.kind === 'dir',
        retry: options.retry,
        onValue: (value) => {
          works();
          this.#take(name, value);
        },
        onSame: works,
        onFailure: (message, isFinal) => this.#sourceFails(name, message, isFinal),
      }),
    );
  }

  #take(name: string, value: unknown): void {
    const before = this.#values.get(name);
    if (before !== undefined && isDeepStrictEqual(before, value)) return;
    this.#values.set(name, value);
    this.#changed();
  }

  #sourceFails(name: string, message: string, isFinal: boolean): void {
    this.#fails('source', name, message, isFinal);
    if (!this.#hasRendered) void this.#keepLastGood();
  }

  /** Files of an earlier launch will do until the source is back. */
  async #keepLastGood(): Promise<void> {
    const areThere = await this.#files.areThere().catch(() => false);
    if (!areThere || this.isReady) return;
    this.#given.figures.filesAreThere();
    this.#given.say('keeps the files of an earlier launch');
    this.#given.onChange();
  }

  #changed(): void {
    this.#gathered = changed(this.#gathered, now());
    this.#arm();
  }

  /** The first time, there is nothing to wait for but the values. */
  #arm(): void {
    const due = dueAt(this.#gathered, this.#hasRendered ? this.#given.options.wait : AT_ONCE);
    const isComplete = [...this.#values.values()].every((value) => value !== undefined);
    if (due !== null && isComplete && this.#rendering === null) this.#armAt(due);
  }

  #armAt(time: number): void {
    if (this.#isStopped) return;
    this.#timers.arm('render', time, () => {
      this.#gathered = null;
      this.#rendering = this.#renderAll().finally(() => {
        this.#rendering = null;
        this.#arm();
      });
    });
  }

  async #renderAll(): Promise<void> {
    const { figures, failures } = this.#given;
    try {
      // The library for templates is loaded by the first rendering, so that no start waits for it.
      const { render } = await import('./templates/render.ts');
      const rendered = this.#given.options.files.map((file) => ({ file, text: this.#render(file, render) }));
      await this.#putInPlace(await this.#files.prepare(rendered));
      this.#hasRendered = true;
      this.#failuresInARow = 0;
      figures.rendered();
      for (const about of ABOUT_RENDERING) failures.works(about);
      this.#given.onChange();
    } catch (error) {
      this.#renderingFails(error as Error);
    }
  }

  #render({ path, template }: FileOptions, render: Render): string {
    const text = 'text' in template ? template.text : String(this.#values.get(templateSource(template.file)));
    const values = Object.fromEntries([...this.#values].filter(([name]) => !name.startsWith(TEMPLATE)));
    try {
      return render(text, values, { isStrict: this.#given.options.errorOnMissingKey });
    } catch (error) {
      throw new RenderError(`${path}: ${(error as Error).message}`);
    }
  }

  async #putInPlace(changes: Changes | null): Promise<void> {
    const { options } = this.#given;
    // The first time, nobody has read yet what was not there before.
    const told = (this.#hasRendered ? changes?.changed : changes?.replaced) ?? [];
    this.#owed = [...new Set([...this.#owed, ...told])];
    if (changes !== null) await this.#swap(changes);
    const delay = Math.random() * options.splay;
    this.#pod.announce(this.#owed, delay);
    this.#action?.announce(this.#owed, delay);
    this.#owed = [];
  }

  async #swap(changes: Changes): Promise<void> {
    try {
      this.#remember(this.#owed);
      await changes.swap();
    } catch (error) {
      await changes.discard().catch(() => undefined);
      throw error;
    }
    this.#given.figures.swapped(changes.changed);
    if (changes.changed.length > 0) this.#given.say(`rendered ${changes.changed.join(', ')}`);
  }

  /** Before the swap, so that no end of this program comes between. */
  #remember(more: readonly string[]): void {
    this.#unannounced.write({
      pod: [...new Set([...this.#pod.files, ...more])],
      action: this.#action === null ? [] : [...new Set([...this.#action.files, ...more])],
    });
  }

  #renderingFails(error: Error): void {
    this.#failuresInARow += 1;
    const { retry } = this.#given.options;
    const delay = delayAfter(this.#failuresInARow, retry, Math.random());
    const isFinal = delay === null;
    const stage = error instanceof CheckError ? 'check' : error instanceof RenderError ? 'render' : 'write';
    this.#fails(stage, stage, error.message, isFinal);
    // With the same values, a template renders the same.
    if (delay === null || error instanceof RenderError) return;
    this.#gathered ??= { first: now() + delay, last: now() + delay };
  }

  async #check({ path, check }: FileOptions, at: string): Promise<void> {
    if (check === null) return;
    const limits = { timeout: CHECK_TAKES, limit: MOST_OUTPUT };
    await runCommand(check, { ...this.#place, ...limits, args: [at] }).catch((error: Error) => {
      throw new CheckError(`${path} is not replaced, its check ${error.message}`);
    });
  }

  #fails(
    stage: 'source' | 'render' | 'check' | 'write' | 'action',
    about: string,
    message: string,
    isFinal: boolean,
  ): void {
    const { figures, failures, options, onFatal, onChange } = this.#given;
    figures.failed(stage, stage === 'source' ? about : null);
    const end = isFinal && options.onError === 'keep' ? '; it is not tried again before a reload' : '';
    failures.failed(about, `${message}${end}`);
    onChange();
    if (options.onError === 'fail' && isFinal) onFatal(`${about}: ${message}`);
  }

  #announcer(about: string, run: (files: readonly string[]) => Promise<void>): Announcer {
    return new Announcer({
      retry: this.#given.options.retry,
      act: run,
      onDone: () => {
        this.#given.figures.acted();
        this.#given.failures.works(about);
        this.#given.onChange();
      },
      onFailure: (message, isFinal) => this.#fails('action', about, message, isFinal),
      onChange: () => this.#forgetAnnounced(),
    });
  }

  /** A full disk keeps the old list: then something is announced twice after a crash, and nothing is lost. */
  #forgetAnnounced(): void {
    try {
      this.#unannounced.write({ pod: this.#pod.files, action: this.#action?.files ?? [] });
    } catch {
      // See above.
    }
  }
}

/** A check says no to a new file. */
class CheckError extends Error {}

const AT_ONCE = { min: 0, max: 0 };

/** What failures can be about, besides sources. */
const ABOUT_RENDERING = ['render', 'check', 'write'] as const;

/** No source of the config has a blank in its name. */
const templateSource = (path: string): string => `${TEMPLATE}${path}`;
const TEMPLATE = 'template ';
