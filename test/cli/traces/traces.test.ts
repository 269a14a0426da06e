import { describe, expect, it } from 'vitest';
import type { Paint } from '../../../src/cli/paint.ts';
import { logLines } from '../../../src/cli/traces/trace-logs.ts';
import { traceTable } from '../../../src/cli/traces/trace-table.ts';
import { waterfallLines } from '../../../src/cli/traces/waterfall-lines.ts';
import { mergeLogs } from '../../../src/observe/trace-logs.ts';
import { widthOf } from '../../../src/tui/text/width.ts';
import { sampleSpan, sampleSummary, sampleTrace } from '../../observe/sample-trace.ts';

const plain: Paint = (text) => text;
const colored: Paint = (text, color) => `<${color}>${text}</>`;

const shown = (width: number, withAttributes = false, paint = plain) =>
  waterfallLines(sampleTrace(), { width, paint, withAttributes });

describe('a trace in the terminal', () => {
  it('is a line for each span, with a bar for its time', () => {
    expect(shown(80)).toEqual([
      'trace 4bf92f3577b34da6a3ce929d0e0e4736  edge: GET /orders  14:03:07.000  100 ms  4 spans, 1 error',
      'edge  GET /orders             100 ms  ██████████████████████████████████████████',
      'edge    GET                  90.0 ms    ██████████████████████████████████████',
      'web       GET /orders        80.0 ms      ██████████████████████████████████',
      'web         SELECT orders ✗  25.0 ms                       ███████████',
      '  error: no such table: orders',
    ]);
  });

  it.each([30, 40, 60, 120])('fits %d columns', (width) => {
    const [, ...rows] = shown(width);
    expect(Math.max(...rows.map(widthOf))).toBeLessThanOrEqual(width);
  });

  it('has bars of a bounded width in a pipe', () => {
    expect(Math.max(...shown(Number.POSITIVE_INFINITY).map(widthOf))).toBeLessThan(120);
  });

  it('has the attributes and events of every span if they are asked for', () => {
    expect(shown(80, true)).toEqual(
      expect.arrayContaining([
        '  http.request.method: GET',
        '  url.path: /orders',
        '  event: exception after 10.0 ms',
        '    exception.type: SqliteError',
        `  span: ${'d'.repeat(16)} (client)`,
      ]),
    );
  });

  it('marks errors by color as well as by a sign', () => {
    const text = shown(80, false, colored).join('\n');
    expect(text).toContain('<red>      SELECT orders ✗</>');
    expect(text).toContain('<red>███████████</>');
  });

  it('cannot be steered by what a service says', () => {
    const trace = sampleTrace({ spans: [sampleSpan({ name: 'a\u001b[2J\nb', service: 'x\u0007' })] });
    const text = waterfallLines(trace, { width: 80, paint: plain, withAttributes: true }).join('');
    expect(text).toContain('a\\x1b[2J\\nb');
    expect(text).not.toMatch(/\p{Cc}/u);
  });

  it('keeps deep spans within its columns', () => {
    const spans = Array.from({ length: 60 }, (_, depth) => sampleSpan({ depth, name: `level ${depth}` }));
    const [, ...rows] = waterfallLines(sampleTrace({ spans }), {
      width: 60,
      paint: plain,
      withAttributes: false,
    });
    expect(rows.length).toBe(60);
    expect(Math.max(...rows.map(widthOf))).toBeLessThanOrEqual(60);
  });
});

describe('the list of traces', () => {
  it('is a table, newest first as it comes', () => {
    const traces = [sampleSummary(), sampleSummary({ traceId: 'f'.repeat(32), errors: 0, duration: 3 })];
    expect(traceTable(traces, 100, plain)).toEqual([
      'TRACE         START         DURATION  SPANS  ERRORS  SERVICES   ROOT',
      '4bf92f3577b3  14:03:07.000  100 ms    4      1       edge, web  edge: GET /orders',
      'ffffffffffff  14:03:07.000  3.00 ms   4      -       edge, web  edge: GET /orders',
    ]);
    expect(traceTable(traces, 100, colored).join('\n')).toContain('<red>1</>');
  });

  it.each([30, 50])('fits %d columns', (width) => {
    expect(Math.max(...traceTable([sampleSummary()], width, plain).map(widthOf))).toBeLessThanOrEqual(width);
  });
});

describe('the log lines of a trace', () => {
  const { startTime } = sampleTrace();
  const record = {
    ...{ time: startTime + 20, service: 'web', severity: 17, severityText: '', body: 'no such table' },
    ...{ attributes: {}, traceId: 'x', spanId: null },
  };
  const line = { time: startTime + 10, source: 'worker', severity: '', text: 'trace=4bf9' };

  it('are records and output in the order in which they came', () => {
    const logs = mergeLogs([record], [line]);
    expect(logLines(logs, 80, plain)).toEqual([
      '14:03:07.010  worker  trace=4bf9',
      '14:03:07.020  web     ERROR no such table',
    ]);
    expect(logLines(logs, 80, colored)[1]).toContain('<red>ERROR no such table</>');
  });

  it('are cut to the terminal', () => {
    const [cut = ''] = logLines([{ ...line, text: 'x'.repeat(200) }], 40, plain);
    expect(cut.length).toBe(40);
    expect(cut.endsWith('…')).toBe(true);
  });
});
