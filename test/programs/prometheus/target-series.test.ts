import { expect, test } from 'vitest';
import { readFamilies } from '../../../src/programs/exposition/read-families.ts';
import { TargetSeries } from '../../../src/programs/prometheus/scrape/target-series.ts';
import { labelsText } from '../../../src/programs/prometheus/store/labels.ts';
import { Store } from '../../../src/programs/prometheus/store/store.ts';

const target = { job: 'web', address: 'h:1', path: '/metrics', honorLabels: false };

const samplesOf = (text: string) =>
  readFamilies(Buffer.from(text), 'text').families.flatMap(({ samples }) => samples);

/** Series with their values, oldest first; null: the series ended. Without what scrapes say of themselves. */
const contents = (store: Store): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    store
      .select([])
      .filter(({ labels }) => !/^(up|scrape_.*)$/.test(labels.get('__name__') ?? ''))
      .map((series) => {
        const { times, values, isStale, length } = series.between(0, 1e15);
        const found = Array.from({ length }, (_, at) => [times[at], isStale[at] === 1 ? null : values[at]]);
        return [labelsText(series.labels), found];
      }),
  );

const reports = (store: Store): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    store
      .select([])
      .filter(({ labels }) => /^(up|scrape_.*)$/.test(labels.get('__name__') ?? ''))
      .map((series) => {
        const { values, isStale, length } = series.between(0, 1e15);
        const found = Array.from({ length }, (_, at) => (isStale[at] === 1 ? null : values[at]));
        return [series.labels.get('__name__'), found];
      }),
  );

test('a series that is gone from a scrape has ended', () => {
  const store = new Store();
  const series = new TargetSeries(target, store);
  series.take(10, 0.1, samplesOf('a 1\nb 2\n'));
  series.take(20, 0.1, samplesOf('a 3\n'));
  series.take(30, 0.1, samplesOf('a 4\nb 5\n'));
  expect(contents(store)).toEqual({
    'a{instance="h:1", job="web"}': [
      [10, 1],
      [20, 3],
      [30, 4],
    ],
    'b{instance="h:1", job="web"}': [
      [10, 2],
      [20, null],
      [30, 5],
    ],
  });
  expect(reports(store)).toEqual({
    up: [1, 1, 1],
    scrape_duration_seconds: [0.1, 0.1, 0.1],
    scrape_samples_scraped: [2, 1, 2],
    scrape_samples_post_metric_relabeling: [2, 1, 2],
    scrape_series_added: [2, 0, 1],
  });
});

test('a failed scrape ends all series but those that say so', () => {
  const store = new Store();
  const series = new TargetSeries(target, store);
  series.take(10, 0.1, samplesOf('a 1\n'));
  series.fail(20, 0.5);
  series.fail(30, 0.5);
  expect(contents(store)).toEqual({
    'a{instance="h:1", job="web"}': [
      [10, 1],
      [20, null],
    ],
  });
  expect(reports(store)).toMatchObject({ up: [1, 0, 0], scrape_samples_scraped: [1, 0, 0] });
  series.end(40);
  expect(reports(store)).toMatchObject({ up: [1, 0, 0, null] });
});

test('a sample with a time of its own is of that time, and its series ends without a mark', () => {
  const store = new Store();
  const series = new TargetSeries(target, store);
  expect(series.take(10, 0.1, samplesOf('a 1 7\n'))).toEqual({ late: 0, refused: 0 });
  expect(series.take(20, 0.1, samplesOf('a 1 7\n'))).toEqual({ late: 1, refused: 0 });
  series.take(30, 0.1, []);
  expect(contents(store)).toEqual({ 'a{instance="h:1", job="web"}': [[7, 1]] });
});

test('labels of a target that are taken keep their values under another name, or win', () => {
  const text = 'a{job="x",exported_job="y",instance=""} 1\n';
  const [renamed, honored] = [new Store(), new Store()];
  new TargetSeries(target, renamed).take(10, 0, samplesOf(text));
  new TargetSeries({ ...target, honorLabels: true }, honored).take(10, 0, samplesOf(text));
  expect(Object.keys(contents(renamed))).toEqual([
    'a{exported_exported_job="x", exported_job="y", instance="h:1", job="web"}',
  ]);
  expect(Object.keys(contents(honored))).toEqual(['a{exported_job="y", instance="h:1", job="x"}']);
});

test('what comes twice counts once, and what has no room is counted', () => {
  const store = new Store({ series: 6, bytes: 1e6 });
  const series = new TargetSeries(target, store);
  expect(series.take(10, 0, samplesOf('a 1\na 2\n'))).toEqual({ late: 1, refused: 0 });
  expect(contents(store)).toEqual({ 'a{instance="h:1", job="web"}': [[10, 1]] });
  expect(series.take(20, 0, samplesOf('a 1\nb 1\nc 1\n'))).toEqual({ late: 0, refused: 2 });
});

test('a series that the store has forgotten is opened anew', () => {
  const store = new Store();
  const series = new TargetSeries(target, store);
  series.take(10, 0, samplesOf('a 1\n'));
  store.sweep(1000);
  expect(store.size).toBe(0);
  series.take(2000, 0, samplesOf('a 2\n'));
  expect(contents(store)).toEqual({ 'a{instance="h:1", job="web"}': [[2000, 2]] });
});
