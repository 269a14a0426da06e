import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Area, type Layout, layoutOf } from '../../src/tui/screens/layout.ts';
import { ALL_PROCESSES, INITIAL, type UiState } from '../../src/tui/state/ui-state.ts';
import { FakePod, NOON } from '../support/fake-pod.ts';

const { snapshot } = new FakePod();

const layoutAt = (columns: number, rows: number, change: Partial<UiState> = {}): Layout =>
  layoutOf({
    size: { columns, rows },
    state: { ...INITIAL, selected: 'shop', ...change },
    snapshot,
    now: NOON,
  });

describe('the layout', () => {
  test('has the list and the log of the selected process side by side, with a column between them', () => {
    expect(layoutAt(120, 40)).toEqual({
      kind: 'panes',
      list: { column: 0, row: 1, width: 42, height: 38 },
      logs: [{ source: 'shop', area: { column: 43, row: 1, width: 77, height: 38 } }],
      leftOut: 0,
    });
  });

  test('has the pane that the keys are for on a screen with no room for both', () => {
    const area = { column: 0, row: 1, width: 60, height: 13 };
    expect(layoutAt(60, 15)).toEqual({ kind: 'panes', list: area, logs: [], leftOut: 0 });
    expect(layoutAt(60, 15, { focus: 'log', merged: true })).toEqual({
      kind: 'panes',
      list: null,
      logs: [{ source: ALL_PROCESSES, area }],
      leftOut: 0,
    });
  });

  test('has the log on the whole screen without a header', () => {
    expect(layoutAt(80, 24, { screen: 'log' })).toEqual({
      kind: 'panes',
      list: null,
      logs: [{ source: 'shop', area: { column: 0, row: 0, width: 80, height: 23 } }],
      leftOut: 0,
    });
  });

  test('leaves a row to a notice', () => {
    const told = [{ at: NOON, text: 'watching files of web', kind: 'notice' as const }];
    expect(layoutAt(80, 24, { screen: 'help', told })).toEqual({
      kind: 'page',
      body: { column: 0, row: 1, width: 80, height: 21 },
    });
  });

  test('of panes covers all that is not header, edge, notice or keys, once', () => {
    const state = fc.record({
      screen: fc.constantFrom('dashboard' as const, 'log' as const),
      focus: fc.constantFrom('list' as const, 'log' as const),
      merged: fc.boolean(),
      layout: fc.constantFrom('stacked' as const, 'side' as const),
      pinned: fc.constantFrom([], ['seed'], ['seed', 'shipper'], [ALL_PROCESSES, 'shop', 'seed']),
    });
    const columns = fc.integer({ min: 40, max: 250 });
    const rows = fc.integer({ min: 8, max: 80 });
    fc.assert(
      fc.property(columns, rows, state, (width, height, change) => {
        const layout = layoutAt(width, height, change);
        if (layout.kind !== 'panes') throw new Error(layout.kind);
        const areas = [
          ...(layout.list === null ? [] : [layout.list]),
          ...layout.logs.map(({ area }) => area),
        ];
        const top = change.screen === 'log' ? 0 : 1;
        for (let row = top; row < height - 1; row++) expect(uncovered(areas, row, width)).toBe(0);
        expect(areas.every((area) => area.row >= top && area.row + area.height < height)).toBe(true);
      }),
    );
  });
});

/** Columns of a row that belong to no area, other than one edge between two. */
const uncovered = (areas: readonly Area[], row: number, width: number): number => {
  const across = areas.filter((area) => area.row <= row && row < area.row + area.height);
  return width - across.reduce((sum, area) => sum + area.width, across.length - 1);
};
