import { every } from '../../time/timers.ts';
import { MetricsPusher } from '../otlp/push-metrics.ts';
import type { AdapterOptions, AdapterPush, SourceOptions } from './options.ts';
import { type Merged, mergeFamilies } from './output/merge-families.ts';
import { otlpRequestOf } from './output/to-otlp.ts';
import { type Relabel, relabelBy } from './relabel/relabel.ts';
import { writtenSeries } from './remote-write/written-series.ts';
import { SeriesBudget } from './series/series-budget.ts';
import { newSource } from './sources/new-source.ts';
import type { Source } from './sources/source.ts';

interface Surroundings {
  /** The file of the program's options: it lies in the folder of the run. */
  readonly optionsFile: string;
  readonly say: (line: string) => void;
  /** Called every second. */
  readonly onLook: () => void;
}

/** What sends the metrics somewhere every so often. */
type Pusher = Pick<MetricsPusher, 'counts' | 'stop'>;

type Owner = Pick<AdapterOptions, 'name' | 'pod'>;

interface Running {
  readonly key: string;
  readonly source: Source;
}

/** Series are looked through for those to which nothing has come. */
const LOOKS_EVERY = 1_000;

/** Takes metrics from all sources, and gives them away. */
export class Adapter {
  readonly #around: Surroundings;
  readonly budget = new SeriesBudget(0);
  #options: AdapterOptions | null = null;
  #sources: readonly Running[] = [];
  #pusher: Pusher | null = null;
  #saidRefused = 0;
  #applying: Promise<void> = Promise.resolve();

  constructor(around: Surroundings) {
    this.#around = around;
    every(LOOKS_EVERY, () => this.#look());
  }

  get options(): AdapterOptions | null {
    return this.#options;
  }

  get sources(): readonly Source[] {
    return this.#sources.map(({ source }) => source);
  }

  get pushed(): (Pusher['counts'] & Pick<AdapterPush, 'protocol'>) | null {
    const push = this.#options?.push ?? null;
    return this.#pusher === null || push === null
      ? null
      : { protocol: push.protocol, ...this.#pusher.counts };
  }

  /** What all sources have now, as one. */
  merged(): Merged {
    return mergeFamilies(this.sources.map((source) => source.families()));
  }

  /** Takes over other options. A source that stays as it is keeps its series, unless rules of relabeling have changed. */
  apply(options: AdapterOptions): Promise<void> {
    this.#applying = this.#applying.catch(() => undefined).then(() => this.#apply(options));
    return this.#applying;
  }

  async stop(): Promise<void> {
    await this.#pusher?.stop();
    this.#pusher = null;
    for (const { source } of this.#sources) await source.stop();
    this.#sources = [];
  }

  async #apply(options: AdapterOptions): Promise<void> {
    const relabel = relabelBy(options.relabel);
    this.budget.most = options.maxSeries;
    const wanted = options.from.map((from, at) => {
      const name = nameOf(options.from, at);
      return { from, name, key: JSON.stringify([name, from, options.relabel]) };
    });
    const stays = ({ key }: Running): boolean => wanted.some((each) => each.key === key);
    for (const running of this.#sources) if (!stays(running)) await running.source.stop();
    this.#sources = this.#sources.filter(stays);
    for (const { from, name, key } of wanted) {
      if (this.#sources.some((running) => running.key === key)) continue;
      this.#sources = [...this.#sources, { key, source: await this.#begin(from, name, relabel) }];
    }
    await this.#setPush(options);
    this.#options = options;
  }

  async #begin(from: SourceOptions, name: string, relabel: Relabel): Promise<Source> {
    const { say, optionsFile } = this.#around;
    const source = await newSource(from, { name, budget: this.budget, relabel, say, optionsFile });
    await source.start();
    return source;
  }

  async #setPush({ push, name, pod }: AdapterOptions): Promise<void> {
    if (JSON.stringify(push) === JSON.stringify(this.#options?.push ?? null)) return;
    await this.#pusher?.stop();
    this.#pusher = push === null ? null : await this.#beginPush(push, { name, pod });
  }

  async #beginPush(push: AdapterPush, owner: Owner): Promise<Pusher> {
    const families = () => this.merged().families;
    if (push.protocol === 'otlp')
      return MetricsPusher.begin(push, () => otlpRequestOf(families(), owner, Date.now()));
    // Snappy and protobuf are loaded by who needs them.
    const { RemoteWriter } = await import('./remote-write/remote-writer.ts');
    return new RemoteWriter(push, () => writtenSeries(families(), owner));
  }

  #look(): void {
    const expire = this.#options?.expire ?? 0;
    if (expire > 0) for (const source of this.sources) source.expire(Date.now() - expire);
    if (this.budget.refused > 0 && this.#saidRefused === 0)
      this.#around.say(
        `there are ${this.budget.most} series, the most that maxSeries allows: new ones are left out`,
      );
    this.#saidRefused = this.budget.refused;
    this.#around.onLook();
  }
}

/** `statsd`, and `statsd-2` for the second of a kind. */
const nameOf = (from: readonly SourceOptions[], at: number): string => {
  const kind = from[at]?.kind ?? '';
  const number = from.slice(0, at).filter((other) => other.kind === kind).length + 1;
  return number === 1 ? kind : `${kind}-${number}`;
};
