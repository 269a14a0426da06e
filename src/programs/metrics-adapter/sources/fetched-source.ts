import { after } from '../../../time/timers.ts';
import type { Family } from '../../exposition/read-families.ts';
import type { Sample } from '../../exposition/sample.ts';
import { shownUrl } from '../../shown-url.ts';
import type { Relabel } from '../relabel/relabel.ts';
import { NAME } from '../series/series-table.ts';
import type { Source, SourceContext, SourceFigures } from './source.ts';

interface FetchedOptions extends SourceContext {
  readonly url: string;
  readonly interval: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly ask: () => Promise<{ readonly families: readonly Family[]; readonly mistakes: number }>;
  /** What there is while it does not answer. Default: nothing. */
  readonly away?: readonly Family[];
}

/** A server that is asked for its metrics every so often. What the newest answer does not have is gone. */
export class FetchedSource implements Source {
  readonly #options: FetchedOptions;
  #families: readonly Family[] = [];
  #series = 0;
  #taken = 0;
  #failed = 0;
  #error: string | null = null;
  #cancel: () => void = () => undefined;
  #isOver = false;

  constructor(options: FetchedOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get figures(): SourceFigures {
    return { taken: this.#taken, failed: this.#failed, error: this.#error };
  }

  /** A server that does not answer yet holds nobody up. */
  async start(): Promise<void> {
    void this.#fetch();
  }

  families(): readonly Family[] {
    return this.#families;
  }

  expire(): void {
    // Each answer replaces the one before.
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#cancel();
    this.#replace([]);
  }

  async #fetch(): Promise<void> {
    const { ask, away = [], interval } = this.#options;
    this.#taken += 1;
    try {
      const { families, mistakes } = await ask();
      if (!this.#isOver) this.#replace(families);
      this.#setError(mistakes === 0 ? null : `${mistakes} of its values mean nothing`);
    } catch (error) {
      if (!this.#isOver) this.#replace(away);
      this.#setError((error as Error).message);
    }
    if (!this.#isOver) this.#cancel = after(interval, () => void this.#fetch(), { ref: false });
  }

  #setError(error: string | null): void {
    if (error !== null) this.#failed += 1;
    if (error !== null && error !== this.#error && !this.#isOver)
      this.#options.say(
        `${this.name}: there are no whole metrics from ${shownUrl(this.#options.url)}: ${error}`,
      );
    this.#error = error;
  }

  #replace(families: readonly Family[]): void {
    const { budget, relabel, labels } = this.#options;
    budget.give(this.#series);
    this.#series = 0;
    const known = new Set<string>();
    const hasRoom = (key: string): boolean => {
      if (known.has(key)) return true;
      if (!budget.take()) return false;
      known.add(key);
      this.#series += 1;
      return true;
    };
    this.#families = regrouped(families, withLabels(relabel, labels), hasRoom);
  }
}

/** The labels of the source come first, so that a rule sees them. Those that a series has itself win. */
const withLabels =
  (relabel: Relabel, own: Readonly<Record<string, string>>): Relabel =>
  (labels) =>
    relabel(new Map([...Object.entries(own), ...labels]));

/** A rule may give a sample another name, and with it another family. */
const regrouped = (
  families: readonly Family[],
  relabel: Relabel,
  hasRoom: (series: string) => boolean,
): readonly Family[] => {
  const found = new Map<string, Family & { readonly samples: Sample[] }>();
  for (const family of families) {
    for (const sample of family.samples) {
      const labels = relabel(new Map([[NAME, sample.name], ...sample.labels]));
      const name = labels?.get(NAME) ?? '';
      if (labels === null || name === '') continue;
      const rest = new Map([...labels].filter(([label]) => label !== NAME));
      if (!hasRoom(JSON.stringify([family.name, ...withoutParts(rest)]))) continue;
      const isSame = name === sample.name;
      const to = isSame ? family.name : name;
      const known = found.get(to) ?? {
        ...(isSame ? family : { ...family, name: to, type: isPart(family) ? 'unknown' : family.type }),
        samples: [],
      };
      found.set(to, known as Family & { readonly samples: Sample[] });
      known.samples.push({ ...sample, name, family: to, labels: rest });
    }
  }
  return [...found.values()];
};

/** The parts of a histogram or a summary are one series. */
const withoutParts = (labels: ReadonlyMap<string, string>) =>
  [...labels].filter(([name]) => name !== 'le' && name !== 'quantile');

const isPart = ({ type }: Family): boolean =>
  type === 'histogram' || type === 'summary' || type === 'gaugehistogram';
