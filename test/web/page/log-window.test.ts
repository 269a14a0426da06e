import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogWindow } from '../../../src/web/page/state/log-window.ts';
import type { PageLine } from '../../../src/web/page/state/page-line.ts';

const START = Date.UTC(2026, 10, 20);

const line = (at: number, text: string, change: Partial<PageLine> = {}): PageLine => ({
  time: new Date(START + at).toISOString(),
  process: 'web',
  kind: 'stdout',
  text,
  isPartial: false,
  ...change,
});

const texts = ({ shown }: LogWindow): readonly string[] => shown.map(({ text }) => text);

describe('the window of the log', () => {
  test('keeps the newest lines', () => {
    const window = new LogWindow(100);
    for (let at = 0; at < 1_000; at += 10)
      window.take(Array.from({ length: 10 }, (_, more) => line(at + more, String(at + more))));
    expect(window.count).toBe(1_000);
    expect(window.lines.length).toBeLessThanOrEqual(125);
    expect(window.lines.length).toBeGreaterThanOrEqual(100);
    expect(texts(window).at(-1)).toBe('999');
    expect(texts(window)).toEqual(window.lines.map(({ text }) => text));
  });

  test('keeps no more text than a browser should, however long the lines are', () => {
    const window = new LogWindow();
    const long = 'x'.repeat(64 * 1024);
    for (let at = 0; at < 2_000; at += 1) window.take([line(at, long)]);
    const kept = window.lines.reduce((sum, { text }) => sum + text.length, 0);
    expect(kept).toBeLessThanOrEqual(32 * 1024 * 1024);
    expect(window.lines.length).toBeGreaterThan(200);
  });

  test('shows what has the text in any case, of the chosen processes, whether it was there or comes later', () => {
    const window = new LogWindow();
    window.take([line(1, 'Order 1'), line(2, 'other'), line(3, 'order 2', { process: 'db' })]);
    window.setFilter({ text: 'ORDER', processes: new Set(['web']) });
    expect(texts(window)).toEqual(['Order 1']);
    window.take([line(4, 'an order'), line(5, 'order 3', { process: 'db' })]);
    expect(texts(window)).toEqual(['Order 1', 'an order']);
    window.setFilter({ text: 'a.b', processes: new Set() });
    window.take([line(6, 'axb'), line(7, 'a.b')]);
    expect(texts(window)).toEqual(['a.b']);
  });

  test('shows where lines are missing, whatever it filters', () => {
    const window = new LogWindow();
    window.setFilter({ text: 'order', processes: new Set(['web']) });
    window.take([
      line(1, 'order'),
      line(2, '7 lines are missing here', { process: 'sidecarctl', kind: 'gap' }),
    ]);
    expect(texts(window)).toEqual(['order', '7 lines are missing here']);
  });

  test('puts the whole line in the place of its unfinished beginning', () => {
    const window = new LogWindow();
    const part = (at: number, text: string, isPartial: boolean) => line(at, text, { isPartial });
    window.take([part(1, 'loading', true), line(2, 'between', { process: 'db' })]);
    window.take([part(1, 'loading…', true)]);
    window.take([part(1, 'loading… done', false), line(3, 'next')]);
    expect(texts(window)).toEqual(['loading… done', 'between', 'next']);
    expect(window.count).toBe(3);
  });

  test('puts lines of different streams in the order of their times', () => {
    const window = new LogWindow();
    window.take([line(5, 'event 5'), line(9, 'event 9')]);
    window.take([line(4, 'line 4'), line(7, 'line 7')]);
    expect(texts(window)).toEqual(['line 4', 'event 5', 'line 7', 'event 9']);
  });

  test('shows the same whether it filters all at once or each line as it comes', () => {
    const lines = fc.array(
      fc.record({
        at: fc.nat(50),
        text: fc.constantFrom('aa', 'ab', 'bb', 'b.'),
        process: fc.constantFrom('web', 'db'),
      }),
      { maxLength: 60 },
    );
    const filters = fc.record({
      text: fc.constantFrom('', 'a', '.', 'B'),
      processes: fc.constantFrom(new Set<string>(), new Set(['db'])),
    });
    fc.assert(
      fc.property(lines, filters, fc.integer({ min: 1, max: 7 }), (all, filter, size) => {
        const pages = all.map(({ at, text, process }) => line(at, text, { process }));
        const [before, after] = [new LogWindow(20), new LogWindow(20)];
        before.setFilter(filter);
        for (let at = 0; at < pages.length; at += size) {
          before.take(pages.slice(at, at + size));
          after.take(pages.slice(at, at + size));
        }
        after.setFilter(filter);
        expect(before.shown).toEqual(after.shown);
      }),
    );
  });
});
