import { describe, expect, it } from 'vitest';
import type { TraceSummary } from '../../src/programs/telemetry/api.ts';
import { sampleSpan, sampleSummary, sampleTrace } from '../observe/sample-trace.ts';
import { FakePod, processSnapshot } from '../support/fake-pod.ts';
import { PureDashboard, SIZES } from './render-text.ts';

const TELEMETRY = processSnapshot({ name: 'otel', origin: { use: 'telemetry', engine: 'embedded' } });

const root = (service: string, name: string) => ({ service, name, label: name });

const summaries: readonly TraceSummary[] = [
  sampleSummary({ traceId: 'a'.repeat(32), root: root('edge', 'GET /orders') }),
  sampleSummary({ traceId: 'b'.repeat(32), errors: 0, services: ['edge', 'stock'], duration: 7.5 }),
  sampleSummary({ traceId: 'c'.repeat(32), errors: 0, root: root('worker', 'job') }),
];

const open = sampleTrace({ traceId: 'a'.repeat(32) });

const LOG = {
  ...{ time: open.startTime + 60, source: 'web', severity: 'ERROR', text: 'no such table: orders' },
};

const dashboard = (size?: { readonly columns: number; readonly rows: number }): PureDashboard => {
  const pure = new PureDashboard(new FakePod([TELEMETRY]), size);
  pure.traces = { problem: null, list: summaries, open: { trace: open, logs: [LOG] } };
  return pure;
};

describe('the list of traces', () => {
  it('is newest first as it comes, with the first one selected', () => {
    const { rows } = dashboard().press('W');
    expect(rows.slice(0, 5)).toEqual([
      ' 3 traces, newest first',
      '   start         duration   spans  errors  trace',
      ' > 14:03:07.000    100 ms       4       1  edge GET /orders  web',
      '   14:03:07.000   7.50 ms       4       -  edge GET /orders  stock',
      '   14:03:07.000    100 ms       4       -  worker job  edge web',
    ]);
  });

  it('keeps the selected trace where it is when newer ones come', () => {
    const pure = dashboard().press('W', 'down');
    pure.traces = { ...pure.traces, list: [sampleSummary({ traceId: 'd'.repeat(32) }), ...summaries] };
    expect(pure.rows[4]).toMatch(/^ > 14:03:07.000 {3}7.50 ms/);
    pure.press('G');
    expect(pure.rows[5]).toMatch(/^ > .*worker job/);
    pure.press('g');
    expect(pure.rows[2]).toMatch(/^ > /);
  });

  it('shows only traces with the words that are typed, in a service, the name or the id', () => {
    const pure = dashboard().press('W', '/').type('stock');
    expect(pure.rows.slice(0, 4)).toEqual([
      ' 1 trace with "stock", newest first',
      '   start         duration   spans  errors  trace',
      ' > 14:03:07.000   7.50 ms       4       -  edge GET /orders  stock',
      '',
    ]);
    expect(pure.press('enter').text).not.toContain('show traces:');
    expect(pure.press('/').type(' job').text).toContain('no trace has these words');
    expect(pure.press('escape').rows[0]).toBe(' 3 traces, newest first');
  });

  it('shows only traces with an error, and all again', () => {
    const pure = dashboard().press('W', 'e');
    expect(pure.rows[0]).toBe(' 1 trace with an error, newest first');
    expect(pure.press('e').rows[0]).toBe(' 3 traces, newest first');
  });

  it('says what to add where there is no telemetry, and has no key in the footer for it', () => {
    const pure = new PureDashboard(new FakePod());
    expect(pure.rows.at(-1)).not.toContain('W traces');
    pure.traces = { ...pure.traces, problem: "add telemetry: { use: 'telemetry' }" };
    expect(pure.press('W').text).toContain("add telemetry: { use: 'telemetry' }");
    expect(dashboard({ columns: 200, rows: 20 }).rows.at(-1)).toContain('W traces');
  });

  it('asks the next of several sidecars at Tab, and says which one it asks', () => {
    const pure = dashboard().press('W');
    pure.press('tab');
    expect(pure.state.asked).toEqual({});
    pure.pod.change({ processes: [TELEMETRY, { ...TELEMETRY, name: 'other' }] });
    expect(pure.rows[0]).toBe(' 3 traces, newest first, from otel');
    expect(pure.rows.at(-1)).toContain('tab next sidecar');
    expect(pure.press('tab').rows[0]).toBe(' 3 traces, newest first, from other');
    expect(pure.press('tab').rows[0]).toBe(' 3 traces, newest first, from otel');
  });

  it('gives names the room of the number of spans on a narrow screen', () => {
    expect(dashboard({ columns: 60, rows: 15 }).press('W').rows.slice(1, 3)).toEqual([
      '   start         duration  errors  trace',
      ' > 14:03:07.000    100 ms       1  edge GET /orders  web',
    ]);
  });

  it('has log lines that continue below their times, in the whole width', () => {
    const pure = dashboard({ columns: 120, rows: 24 });
    const text = `stock: counted trace=${'9310d051'.repeat(4)}`;
    const logs = [{ ...LOG, severity: '', source: 'stock', text }];
    pure.traces = { ...pure.traces, open: { trace: open, logs } };
    const rows = pure.press('W', 'enter').rows.map((row) => row.split('│')[1] ?? '');
    const at = rows.findIndex((row) => row.includes('stock: counted'));
    expect(rows.slice(at, at + 2).map((row) => row.trimEnd())).toEqual([
      ' 14:03:07.060 stock stock: counted',
      `   trace=${'9310d051'.repeat(4)}`,
    ]);
  });

  it('is selected in by the mouse, and goes back to where it was opened from', () => {
    const pure = dashboard().press('W').point('press', 10, 4);
    expect(pure.rows[4]).toMatch(/^ > .*worker job/);
    expect(pure.point('wheel-up', 10, 4).rows[3]).toMatch(/^ > /);
    expect(pure.press('escape').state.screen).toBe('dashboard');
  });
});

describe('an open trace', () => {
  it('is a waterfall with what the selected span says and the log lines beside it', () => {
    const pure = dashboard({ columns: 120, rows: 14 }).press('W', 'enter');
    expect(pure.rows.slice(0, 9)).toMatchInlineSnapshot(`
      [
        " edge: GET /orders   100 ms   4 spans   1 error   aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        " > edge GET /orders                    100 ms █████████████████████████ │ edge: GET /orders",
        "     edge GET                         90.0 ms  ███████████████████████  │ kind: server, 100 ms",
        "       web GET /orders                80.0 ms   █████████████████████   │ http.request.method: GET",
        "         web SELECT orders ✗          25.0 ms             ███████       │ url.path: /orders",
        "                                                                        │",
        "                                                                        │ log lines of the trace",
        "                                                                        │ 14:03:07.060 web ERROR no such table: orders",
        "                                                                        │",
      ]
    `);
  });

  it('has its parts below each other on a narrow screen', () => {
    const pure = dashboard({ columns: 80, rows: 24 }).press('W', 'enter');
    const { rows } = pure;
    expect(rows.findIndex((row) => row.startsWith('───'))).toBe(5);
    expect(pure.text).toContain('http.request.method: GET');
    expect(pure.text).toContain('web ERROR no such table: orders');
  });

  it('shows the attributes and events of the span that the arrows select', () => {
    const pure = dashboard({ columns: 140, rows: 20 }).press('W', 'enter', 'down', 'down', 'down', 'down');
    expect(pure.text).toContain('error: no such table: orders');
    expect(pure.text).toContain('event: exception after 10.0 ms');
    expect(pure.text).toContain('exception.type: SqliteError');
    expect(pure.press('up').text).not.toContain('SqliteError');
  });

  it('scrolls what is beside the waterfall by pages, and not beyond its end', () => {
    const attributes = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`key.${at}`, at]));
    const trace = sampleTrace({ traceId: 'a'.repeat(32), spans: [sampleSpan({ attributes })] });
    const pure = dashboard({ columns: 120, rows: 14 });
    pure.traces = { ...pure.traces, open: { trace, logs: [LOG] } };
    pure.press('W', 'enter');
    expect(pure.text).not.toContain('key.20:');
    pure.press('pagedown', 'pagedown');
    expect(pure.text).toContain('key.20:');
    pure.press('G', 'pagedown', 'pagedown', 'pagedown', 'pageup');
    expect(pure.text).toContain('key.30:');
    expect(pure.press('end').text).toContain('no such table: orders');
  });

  it('keeps the selected span in sight among many', () => {
    const spans = Array.from({ length: 300 }, (_, at) =>
      sampleSpan({ spanId: String(at).padStart(16, '0'), depth: Math.min(at, 40), name: `span ${at}` }),
    );
    const pure = dashboard({ columns: 120, rows: 14 });
    pure.traces = {
      ...pure.traces,
      open: { trace: sampleTrace({ traceId: 'a'.repeat(32), spans }), logs: [] },
    };
    pure.press('W', 'enter', ...Array.from({ length: 150 }, () => 'down'));
    expect(pure.rows.some((row) => row.startsWith(' > ') && row.includes('span 150'))).toBe(true);
    expect(pure.text).toContain('no log lines');
  });

  it('waits for a trace that has not arrived, and not for one that was open before', () => {
    const pure = dashboard().press('W', 'down', 'enter');
    expect(pure.rows[0]).toBe(` trace ${'b'.repeat(32)}`);
    expect(pure.text).toContain('…');
  });

  it('does not let what a service says steer the terminal', () => {
    const pure = dashboard();
    const spans = [sampleSpan({ name: 'a\u001b[2Jb', attributes: { x: 'c\u001b]0;t\u0007d\ne' } })];
    const trace = sampleTrace({ traceId: 'a'.repeat(32), spans });
    pure.traces = { ...pure.traces, open: { trace, logs: [{ ...LOG, text: 'f\u001b[31mg' }] } };
    pure.press('W', 'enter');
    const drawn = pure.frame().rows.join('');
    expect(drawn.replaceAll(/\p{Cc}\[[\d;]*m/gu, '')).not.toMatch(/\p{Cc}/u);
    expect(pure.text).toContain('fg');
  });
});

it.each(SIZES)('pages of traces fill $columns × $rows', (size) => {
  const pure = dashboard(size).press('W');
  expect(new Set(pure.widths.slice(0, -1))).toEqual(new Set([size.columns]));
  pure.press('enter');
  expect(pure.widths.length).toBe(size.rows);
  expect(new Set(pure.widths.slice(0, -1))).toEqual(new Set([size.columns]));
});
