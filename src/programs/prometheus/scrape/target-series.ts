import type { Sample } from '../../exposition/sample.ts';
import type { ScrapeTarget } from '../options.ts';
import { NAME } from '../store/labels.ts';
import type { Series } from '../store/series.ts';
import type { Store } from '../store/store.ts';

/** Names of what a scrape says of itself, as Prometheus has them. */
type Report =
  | 'up'
  | 'scrape_duration_seconds'
  | 'scrape_samples_scraped'
  | 'scrape_samples_post_metric_relabeling'
  | 'scrape_series_added';

/** What became of the samples of a scrape. */
export interface Taken {
  /** Samples that are older than one that is here, or that came twice. */
  readonly late: number;
  /** Samples of new series without room. */
  readonly refused: number;
}

interface Known {
  readonly series: Series;
  /** One with a time of its own ends without a mark: nobody knows when. */
  readonly hasOwnTime: boolean;
}

/** The series of one target. It has no clock: the time of a scrape, in milliseconds, comes in with it. */
export class TargetSeries {
  readonly #store: Store;
  readonly #own: readonly (readonly [string, string])[];
  readonly #honorLabels: boolean;
  /** Series of the last scrape, by their labels as they were written. */
  #known = new Map<string, Known>();
  readonly #reports = new Set<Series>();

  constructor({ job, address, honorLabels }: ScrapeTarget, store: Store) {
    this.#store = store;
    this.#honorLabels = honorLabels;
    this.#own = [
      ['job', job],
      ['instance', address],
    ];
  }

  /** A scrape that succeeded. `duration`: seconds. */
  take(time: number, duration: number, samples: readonly Sample[]): Taken {
    const before = this.#known;
    const found = new Map<string, Known>();
    let [late, refused, added] = [0, 0, 0];
    for (const sample of samples) {
      const key = writtenKey(sample);
      const series = this.#seriesOf(sample, before.get(key));
      if (series === null) refused += 1;
      else if (!series.append(sample.timestamp ?? time, sample.value)) late += 1;
      if (series === null) continue;
      if (!before.has(key) && !found.has(key)) added += 1;
      found.set(key, { series, hasOwnTime: sample.timestamp !== null });
    }
    this.#known = found;
    this.#endMissing(before, time);
    this.#report(time, { up: 1, duration, scraped: samples.length, added });
    return { late, refused };
  }

  /** A scrape that failed: what the target had is not there any more. */
  fail(time: number, duration: number): void {
    const before = this.#known;
    this.#known = new Map();
    this.#endMissing(before, time);
    this.#report(time, { up: 0, duration, scraped: 0, added: 0 });
  }

  /** The target is not scraped any more. */
  end(time: number): void {
    const before = this.#known;
    this.#known = new Map();
    this.#endMissing(before, time);
    for (const series of this.#reports) series.append(time, null);
  }

  #seriesOf({ name, labels }: Sample, known: Known | undefined): Series | null {
    if (known !== undefined && this.#store.has(known.series)) return known.series;
    const own = new Map(this.#own);
    const all = new Map<string, string>([[NAME, name], ...labels]);
    for (const [label, value] of own) {
      const foreign = all.get(label);
      if (foreign !== undefined && foreign !== '' && this.#honorLabels) continue;
      all.set(label, value);
      if (foreign !== undefined && foreign !== '') all.set(exportedName(label, labels), foreign);
    }
    return this.#store.open(all);
  }

  #endMissing(before: ReadonlyMap<string, Known>, time: number): void {
    const still = new Set([...this.#known.values()].map(({ series }) => series));
    for (const { series, hasOwnTime } of before.values())
      if (!hasOwnTime && !still.has(series)) series.append(time, null);
  }

  #report(
    time: number,
    { up, duration, scraped, added }: Readonly<Record<'up' | 'duration' | 'scraped' | 'added', number>>,
  ): void {
    const values: Readonly<Record<Report, number>> = {
      up,
      scrape_duration_seconds: duration,
      scrape_samples_scraped: scraped,
      scrape_samples_post_metric_relabeling: scraped,
      scrape_series_added: added,
    };
    for (const [name, value] of Object.entries(values)) {
      const series = this.#store.open([[NAME, name], ...this.#own]);
      if (series === null) continue;
      series.append(time, value);
      this.#reports.add(series);
    }
  }
}

const writtenKey = ({ name, labels }: Sample): string => {
  let key = name;
  for (const [label, value] of labels) key += `\0${label}\0${value}`;
  return key;
};

/** A label that a target has itself keeps its value under another name. */
const exportedName = (label: string, labels: Sample['labels']): string => {
  let name = `exported_${label}`;
  while (labels.has(name)) name = `exported_${name}`;
  return name;
};
