import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeriesBudget } from '../../../src/programs/metrics-adapter/series/series-budget.ts';
import { parseStatsd } from '../../../src/programs/metrics-adapter/statsd/parse-statsd.ts';
import { StatsdSeries } from '../../../src/programs/metrics-adapter/statsd/statsd-series.ts';

const seriesOf = (most = 100) => {
  const budget = new SeriesBudget(most);
  const series = new StatsdSeries({ budget, relabel: (labels) => labels, buckets: [0.1, 1] });
  const values = (now = 0) =>
    Object.fromEntries(
      series
        .families(now)
        .flatMap(({ samples }) =>
          samples.map(({ name, labels, value }) => [
            [name, ...[...labels].map((pair) => pair.join('='))].join(' '),
            value,
          ]),
        ),
    );
  return { series, budget, values };
};

describe('a line of StatsD', () => {
  test('has a name, values, a type, a rate and tags', () => {
    expect(parseStatsd('api.hits:3:4|c|@0.5|#region:eu,vip,a:b:c|c:id|T1656581400')).toEqual({
      ...{ name: 'api.hits', type: 'counter', values: ['3', '4'], rate: 0.5 },
      tags: new Map([
        ['region', 'eu'],
        ['vip', 'true'],
        ['a', 'b:c'],
      ]),
    });
  });

  test.each([
    '',
    'x',
    'x:1',
    ':1|c',
    'x:|c',
    'x:1|q',
    'x:one|c',
    'x:1|c|@0',
    'x:1|c|@2',
    'x:1:|c',
    'x:0x10|c',
    '|c',
  ])('that means nothing: %s', (line) => {
    expect(parseStatsd(line)).toBeNull();
  });

  test('of any text is read or refused, and never throws', () => {
    const { series } = seriesOf();
    fc.assert(fc.property(fc.string(), (text) => series.take(text, 0)));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...':|@#,.-+0123cgmshd\n') }), (text) =>
        series.take(text, 0),
      ),
    );
  });
});

describe('series of StatsD', () => {
  test('counters add up what a rate stands for, and never go back', () => {
    const { series, values } = seriesOf();
    series.take('hits:1|c\nhits:2|c|@0.1\nhits:-5|c', 0);
    expect(values()).toEqual({ hits_total: 21 });
  });

  test('gauges are set, raised and lowered', () => {
    const { series, values } = seriesOf();
    series.take('depth:10|g\ndepth:+3|g\ndepth:-1|g', 0);
    expect(values()).toEqual({ depth: 12 });
    series.take('depth:4|g', 0);
    expect(values()).toEqual({ depth: 4 });
  });

  test('timers are histograms of seconds, with the weight of their rate', () => {
    const { series, values } = seriesOf();
    series.take('api.time:50|ms\napi.time:500|ms|@0.5\napi.time:2000|ms', 0);
    expect(values()).toEqual({
      ...{ 'api_time_seconds_bucket le=0.1': 1, 'api_time_seconds_bucket le=1': 3 },
      ...{ 'api_time_seconds_bucket le=+Inf': 4, api_time_seconds_sum: 3.05, api_time_seconds_count: 4 },
    });
  });

  test('histograms and distributions keep their unit', () => {
    const { series, values } = seriesOf();
    series.take('size:0.5|h\nsize:3|d', 0);
    expect(values()).toMatchObject({ 'size_bucket le=1': 1, 'size_bucket le=+Inf': 2, size_sum: 3.5 });
  });

  test('sets count different values in ten seconds', () => {
    const { series, values } = seriesOf();
    series.take('users:ann|s\nusers:bob|s\nusers:ann|s', 0);
    expect(values(5_000)).toEqual({ users: 2 });
    series.take('users:cid|s', 12_000);
    expect(values(12_000)).toEqual({ users: 2 });
    expect(values(20_000)).toEqual({ users: 1 });
    expect(values(40_000)).toEqual({ users: 0 });
  });

  test('tags are labels, and one kind of a name does not disturb another', () => {
    const { series, values } = seriesOf();
    series.take('a.b-c:1|c|#region:eu,x-y:1\na.b-c:7|g', 0);
    expect(values()).toEqual({ 'a_b_c_total region=eu x_y=1': 1, a_b_c: 7 });
  });

  test('are bounded, and make room when nothing comes any more', () => {
    const { series, budget, values } = seriesOf(2);
    series.take('a:1|g\nb:1|g\nc:1|g\nd:1|s\na:2|g', 1_000);
    expect([values(), budget.used, budget.refused]).toEqual([{ a: 2, b: 1 }, 2, 2]);
    series.take('a:3|g', 5_000);
    series.expire(2_000);
    series.take('c:1|g', 6_000);
    expect([values(), budget.used]).toEqual([{ a: 3, c: 1 }, 2]);
    series.clear();
    expect([values(), budget.used]).toEqual([{}, 0]);
  });

  test('lines that mean nothing are counted', () => {
    const { series } = seriesOf();
    series.take('a:1|g\nnonsense\n\nb:x|c\n', 0);
    expect([series.lines, series.malformed]).toEqual([3, 2]);
  });
});
