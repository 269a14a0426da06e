import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import type { Picture } from '../../src/tui/emulator/picture.ts';
import { LogPanes } from '../../src/tui/log-panes.ts';
import { type Frame, project } from '../../src/tui/project.ts';
import { linesArea } from '../../src/tui/screens/layout.ts';
import { screenPanes } from '../../src/tui/screens/screen-pane.ts';
import { lineAt, spotAt } from '../../src/tui/screens/spot.ts';
import type { LaidView, Size, View } from '../../src/tui/screens/view.ts';
import { type KeyEntry, keyTable } from '../../src/tui/state/key-table.ts';
import { NO_METRICS } from '../../src/tui/state/metrics-view.ts';
import { reduceKey, reduceSnapshot, type Surroundings } from '../../src/tui/state/reduce.ts';
import { type MouseAction, reduceMouse } from '../../src/tui/state/reduce-mouse.ts';
import { NO_TRACES } from '../../src/tui/state/traces-view.ts';
import { type Effect, INITIAL, type Reduced, type UiState } from '../../src/tui/state/ui-state.ts';
import { makeTheme } from '../../src/tui/theme.ts';
import { type FakePod, NOON } from '../support/fake-pod.ts';

export const SIZES: readonly Size[] = [
  { columns: 200, rows: 60 },
  { columns: 120, rows: 40 },
  { columns: 80, rows: 24 },
  { columns: 80, rows: 15 },
  { columns: 60, rows: 15 },
  { columns: 40, rows: 10 },
  { columns: 20, rows: 5 },
];

/** The dashboard without a terminal: keys in, rows out. */
export class PureDashboard {
  readonly pod: FakePod;
  readonly effects: Effect[] = [];
  state: UiState;
  size: Size;
  details: View['details'] = null;
  metrics: View['metrics'] = NO_METRICS;
  traces: View['traces'] = NO_TRACES;
  usage: View['usage'] = new Map();
  /** Of the processes whose screens have been drawn. */
  pictures: ReadonlyMap<string, Picture> = new Map();
  pastUsage: View['pastUsage'] = null;
  colors = false;
  links = false;
  now = NOON;
  readonly #logs: LogPanes;
  readonly #keys: readonly KeyEntry[];

  constructor(pod: FakePod, size: Size = { columns: 120, rows: 40 }, attached = false) {
    this.pod = pod;
    this.size = size;
    this.#logs = new LogPanes(pod);
    pod.onEvent((event) => this.#logs.take(event));
    this.#keys = keyTable({}, attached);
    this.state = reduceSnapshot({ ...INITIAL, attached }, null, pod.snapshot);
  }

  press(...keys: readonly string[]): this {
    for (const key of keys) this.#take(reduceKey(this.state, key, this.#surroundings(this.state)));
    return this;
  }

  /** The mouse, in a cell of the screen. */
  point(type: MouseAction['type'], column: number, row: number): this {
    this.#take(
      reduceMouse(
        this.state,
        { type, column, row },
        {
          spotAt: (state, cell) => spotAt(this.#view(state), cell),
          lineAt: (state, cell) => lineAt(this.#view(state), cell),
          surroundings: (state) => this.#surroundings(state),
        },
      ),
    );
    return this;
  }

  type(text: string): this {
    return this.press(...text);
  }

  frame(): Frame {
    const view = this.#view();
    while (!this.#logs.advance());
    this.#logs.drawn(view);
    return project(view);
  }

  /** Whether output has come since the last frame that is to be on the screen. */
  get hasMore(): boolean {
    return this.#logs.hasMore;
  }

  get rows(): readonly string[] {
    return this.frame().rows.map((row) => stripVTControlCharacters(row).trimEnd());
  }

  get text(): string {
    return this.rows.join('\n');
  }

  /** In columns. */
  get widths(): readonly number[] {
    return this.frame().rows.map((row) => stringWidth(row));
  }

  #take({ state, effects }: Reduced): void {
    this.state = state;
    this.effects.push(...effects);
  }

  #surroundings(state: UiState): Surroundings {
    const { page } = this.frame();
    const view = this.#view(state);
    const { snapshot, usage, keys, log, lines, traces, now } = view;
    return { snapshot, usage, keys, log, lines, logHeight: linesArea(view).height, page, traces, now };
  }

  #view(state = this.state): View {
    const laid: LaidView = {
      snapshot: this.pod.snapshot,
      usage: this.usage,
      pastUsage: this.pastUsage,
      linesPerSecond: 0,
      state,
      details: this.details,
      metrics: this.metrics,
      traces: this.traces,
      size: this.size,
      keys: this.#keys,
      theme: makeTheme({}, this.colors ? 256 : 0),
      links: this.links,
      now: this.now,
    };
    const shown = screenPanes(laid).map(
      ({ process }) => [process, this.pictures.get(process) ?? null] as const,
    );
    return { ...this.#logs.shown(laid), screens: new Map(shown) };
  }
}
