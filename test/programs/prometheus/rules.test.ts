import { expect, onTestFinished, test, vi } from 'vitest';
import { prometheusApi } from '../../../src/programs/prometheus/api/prometheus-api.ts';
import type { Rule } from '../../../src/programs/prometheus/rules/rule.ts';
import { changeText, Rules } from '../../../src/programs/prometheus/rules/rules.ts';
import { statusText } from '../../../src/programs/prometheus/status-text.ts';
import { labelsText, NAME } from '../../../src/programs/prometheus/store/labels.ts';
import { Store } from '../../../src/programs/prometheus/store/store.ts';

const SLOW: Rule = {
  ...{ kind: 'alert', name: 'Slow', expr: 'seconds > 1', for: 10_000 },
  labels: { severity: 'page', of: '{{ $labels.job }}' },
  annotations: { summary: '{{ $labels.job }} takes {{$value}} s, {{ $labels.nothing }}.' },
};

/** Rules over a store, and what they have said. */
const running = (...rules: readonly Rule[]) => {
  const store = new Store();
  const said: string[] = [];
  const all = new Rules(
    (change) => said.push(changeText(change)),
    (line) => said.push(line),
  );
  all.apply(rules, store, 0);
  const write = (at: number, values: Readonly<Record<string, number | null>>): void => {
    for (const [job, value] of Object.entries(values))
      store
        .open([
          [NAME, 'seconds'],
          ['job', job],
        ])
        ?.append(at * 1_000, value);
    all.evaluate(store, at * 1_000);
  };
  const api = (path: string, at = 0) => {
    const told = { ...{ store, targets: [], interval: 5_000, name: 'prom', version: '' }, rules: all };
    const { json } = prometheusApi(path, new URLSearchParams(), told, at);
    return (json as { readonly data: unknown }).data;
  };
  /** Series with this name that have a value at a time. */
  const series = (name: string, at: number): readonly string[] =>
    store
      .select([])
      .filter(({ labels }) => labels.get(NAME) === name)
      .flatMap((each) => {
        const { values, isStale, length } = each.between(at * 1_000, at * 1_000);
        return length === 0 || isStale[0] === 1 ? [] : [`${labelsText(each.labels)} ${values[0]}`];
      });
  return { all, store, said, write, api, series };
};

test('an alert is pending until its time is over, fires, and is over when its series has gone', () => {
  const { all, said, write, series, api } = running(SLOW);
  write(100, { web: 2, db: 0.5 });
  expect([said, series('ALERTS', 100)]).toEqual([
    [],
    ['ALERTS{alertname="Slow", alertstate="pending", job="web", of="web", severity="page"} 1'],
  ]);
  expect(api('/api/v1/rules')).toMatchObject({ groups: [{ rules: [{ state: 'pending', health: 'ok' }] }] });
  write(109, { web: 2 });
  expect(said).toEqual([]);
  write(110, { web: 3, db: 1.5 });
  expect(said).toEqual(['the alert Slow fires for {job="web", of="web", severity="page"}: web takes 3 s, .']);
  expect(series('ALERTS', 110)).toEqual([
    'ALERTS{alertname="Slow", alertstate="firing", job="web", of="web", severity="page"} 1',
    'ALERTS{alertname="Slow", alertstate="pending", job="db", of="db", severity="page"} 1',
  ]);
  expect(series('ALERTS_FOR_STATE', 110)[0]).toBe(
    'ALERTS_FOR_STATE{alertname="Slow", job="web", of="web", severity="page"} 100',
  );
  expect(statusText([], all.firing)).toBe('the alert Slow fires');
  expect(api('/api/v1/alerts')).toEqual({
    alerts: [
      {
        labels: { alertname: 'Slow', job: 'web', of: 'web', severity: 'page' },
        annotations: { summary: 'web takes 3 s, .' },
        ...{ state: 'firing', activeAt: new Date(100_000).toISOString(), value: '3' },
      },
      expect.objectContaining({ state: 'pending' }),
    ],
  });
  write(115, { web: 0.1, db: 0.1 });
  expect(said[1]).toBe('the alert Slow for {job="web", of="web", severity="page"} is over');
  expect([said.length, series('ALERTS', 115), all.firing]).toEqual([2, [], []]);
  write(120, { web: 9 });
  expect(series('ALERTS', 120)[0]).toContain('alertstate="pending"');
});

test('a rule records the answer to its query under another name, which later rules see', () => {
  const { write, series, api, store, all } = running(
    { kind: 'record', name: 'job:seconds', expr: 'sum by (job) (seconds) * 2', labels: { of: 'twice' } },
    { kind: 'record', name: 'all', expr: 'count(job:seconds)', labels: {} },
    { kind: 'record', name: 'one', expr: '1', labels: {} },
  );
  write(10, { web: 2, db: 3 });
  const of = (name: string, at: number) => series(name, at).toSorted();
  expect(of('job:seconds', 10)).toEqual([
    'job:seconds{job="db", of="twice"} 6',
    'job:seconds{job="web", of="twice"} 4',
  ]);
  expect([of('all', 10), of('one', 10)]).toEqual([['all{} 2'], ['one{} 1']]);
  write(20, { db: null });
  expect([of('job:seconds', 20), of('all', 20)]).toEqual([
    ['job:seconds{job="web", of="twice"} 4'],
    ['all{} 1'],
  ]);
  expect(api('/api/v1/rules')).toMatchObject({
    groups: [{ name: 'prom', interval: 5, rules: [{ type: 'recording', name: 'job:seconds' }, {}, {}] }],
  });
  all.apply([], store, 30_000);
  expect([of('job:seconds', 30), api('/api/v1/rules')]).toEqual([[], { groups: [] }]);
});

test('a rule that fails is said once, and the others go on', () => {
  const { write, said, api, series } = running(
    { kind: 'record', name: 'twice', expr: 'seconds + on () seconds', labels: {} },
    { kind: 'record', name: 'all', expr: 'count(seconds)', labels: {} },
  );
  write(10, { web: 1, db: 1 });
  write(20, { web: 1, db: 1 });
  expect(said).toEqual([
    expect.stringMatching(/^the rule twice cannot be evaluated: seconds.*match the same/),
  ]);
  expect(api('/api/v1/rules')).toMatchObject({ groups: [{ rules: [{ health: 'err' }, { health: 'ok' }] }] });
  expect(series('all', 20)).toEqual(['all{} 2']);
});

test('what regular expressions may take counts for each evaluation of a rule', () => {
  const cpuUsage = vi.spyOn(process, 'cpuUsage');
  onTestFinished(() => cpuUsage.mockRestore());
  cpuUsage.mockReturnValue({ user: 0, system: 0 });
  const { write, series, said } = running({
    ...{ kind: 'record', name: 'all', expr: 'count(seconds{job=~".+"})', labels: {} },
  });
  cpuUsage.mockReturnValue({ user: 3_600_000_000, system: 0 });
  write(10, Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`job-${at}`, at])));
  expect([series('all', 10), said]).toEqual([['all{} 100'], []]);
});

test('a rule that cannot be read changes nothing, and one that stays goes on', () => {
  const { all, store, write, said } = running(SLOW);
  write(100, { web: 2 });
  const bad: Rule = { kind: 'record', name: 'bad', expr: 'sum(', labels: {} };
  expect(() => all.apply([bad], store, 0)).toThrow('the rule bad cannot be read: the query cannot be read');
  expect(() => all.apply([{ ...bad, expr: 'x[1m]' }], store, 0)).toThrow('this is a range vector');
  all.apply([{ ...bad, expr: '1' }, SLOW], store, 0);
  write(110, { web: 2 });
  expect(said).toHaveLength(1);
});
