import type {
  PodClient,
  PodRequest,
  ProcessDetails,
  Timestamp,
  ToldEvent,
  Usage,
} from '../control/pod-client.ts';
import type { ProgramModes } from './emulator/emulator.ts';
import { ProcessScreens } from './emulator/process-screens.ts';
import { LogPanes } from './log-panes.ts';
import { OutputRate } from './output-rate.ts';
import { type Frame, project } from './project.ts';
import { linesArea, soundSize } from './screens/layout.ts';
import { screenCellAt, screenPanes } from './screens/screen-pane.ts';
import { lineAt, spotAt } from './screens/spot.ts';
import type { LaidView, Size, View } from './screens/view.ts';
import type { KeyEntry } from './state/key-table.ts';
import { type MetricsView, NO_METRICS } from './state/metrics-view.ts';
import type { Surroundings } from './state/reduce.ts';
import type { Pointable, Spot } from './state/reduce-mouse.ts';
import { NO_TRACES, type TracesView } from './state/traces-view.ts';
import type { Cell, UiState } from './state/ui-state.ts';
import { count, cpu, memory } from './text/format.ts';
import type { Theme } from './theme.ts';
import { UsageHistory } from './usage-history.ts';

interface PainterOptions {
  readonly client: PodClient;
  readonly size: () => Size;
  readonly keys: readonly KeyEntry[];
  readonly links: boolean;
  /** Called when a screen that is shown has changed. */
  readonly onDrawn: (process: string) => void;
}

/** Draws frames from the pod's snapshot and the state of the UI. */
export class Painter implements Pointable {
  details: ProcessDetails | null = null;
  metrics: MetricsView = NO_METRICS;
  traces: TracesView = NO_TRACES;
  theme: Theme;
  readonly #options: PainterOptions;
  readonly #logs: LogPanes;
  readonly #rate: OutputRate;
  readonly #pastUsage = new UsageHistory();
  readonly #screens: ProcessScreens;
  #usage: ReadonlyMap<string, Usage> = new Map();
  #page: Frame['page'] = { height: 0, rows: 0 };

  constructor(options: PainterOptions, theme: Theme) {
    this.#options = options;
    this.theme = theme;
    this.#logs = new LogPanes(options.client);
    const { client, onDrawn } = options;
    this.#screens = new ProcessScreens({ client, colors: () => this.theme.colors, onDrawn });
    this.#rate = new OutputRate(options.client.log(null));
  }

  /** Returns true if the new figures look different from those before. */
  measured(usage: ReadonlyMap<string, Usage>): boolean {
    const before = this.#usage;
    this.#usage = usage;
    this.#pastUsage.take(usage);
    return drawnText(before) !== drawnText(usage);
  }

  take(event: ToldEvent): void {
    this.#logs.take(event);
  }

  sent({ process, text, eof }: PodRequest & { type: 'send' }): void {
    this.#logs.sent(process, sentText(text, eof));
  }

  paint(state: UiState): Frame {
    const now = Date.now();
    const laid = this.#laid(state, now);
    this.#screens.show(screenPanes(laid));
    const view = this.#view(laid);
    // Each frame searches more of a long log, until it is done.
    const isComplete = this.#logs.advance();
    const frame = project(view);
    this.#logs.drawn(view);
    this.#page = frame.page;
    const changesAt = Math.min(frame.changesAt, this.#rate.changesAt(now), isComplete ? Infinity : now);
    return { ...frame, changesAt };
  }

  /** True if output has come that is on the screen; other output is only counted. */
  get hasMore(): boolean {
    return this.#logs.hasMore;
  }

  /** Time from which on output that is not on the screen may change the figure for it. */
  get rateMayChangeAt(): Timestamp {
    return this.#rate.mayChangeAt;
  }

  spotAt(state: UiState, cell: Cell): Spot | null {
    return spotAt(this.#view(this.#laid(state, Date.now())), cell);
  }

  lineAt(state: UiState, cell: Cell): ReturnType<Pointable['lineAt']> {
    return lineAt(this.#view(this.#laid(state, Date.now())), cell);
  }

  surroundings(state: UiState): Surroundings {
    const view = this.#view(this.#laid(state, Date.now()));
    const { snapshot, usage, keys, log, lines, traces, now } = view;
    const logHeight = linesArea(view).height;
    return { snapshot, usage, keys, log, lines, logHeight, page: this.#page, traces, now };
  }

  /** Cell of the screen of the process that gets what is typed, or null. */
  screenCellAt(state: UiState, cell: Cell): Cell | null {
    return screenCellAt(this.#view(this.#laid(state, Date.now())), cell);
  }

  /** The user turns to a process: its terminal gets the size of its pane again. */
  refit(process: string): void {
    this.#screens.refit(process);
  }

  /** How a process wants its keys and clicks, as far as its screen is drawn. */
  modesOf(process: string): ProgramModes {
    return this.#screens.modesOf(process) ?? PLAIN_MODES;
  }

  /** Nothing is drawn for a while. */
  rest(): void {
    this.#screens.show([]);
  }

  #view(laid: LaidView): View {
    const pictures = screenPanes(laid).map(
      ({ process }) => [process, this.#screens.pictureOf(process)] as const,
    );
    return { ...this.#logs.shown(laid), screens: new Map(pictures) };
  }

  #laid(state: UiState, now: number): LaidView {
    const { client, size, keys, links } = this.#options;
    return {
      snapshot: client.snapshot,
      usage: this.#usage,
      pastUsage: state.selected === null ? null : this.#pastUsage.of(state.selected),
      linesPerSecond: this.#rate.at(now),
      state,
      details: this.details,
      metrics: this.metrics,
      traces: this.traces,
      size: soundSize(size()),
      keys,
      theme: this.theme,
      links,
      now,
    };
  }
}

const PLAIN_MODES: ProgramModes = {
  applicationCursorKeysMode: false,
  bracketedPasteMode: false,
  mouse: 'none',
  isSgrMouse: false,
};

const drawnText = (usage: ReadonlyMap<string, Usage>): string =>
  [...usage].map(([name, now]) => `${name} ${cpu(now.cpu)} ${memory(now.memory)} ${now.processes}`).join();

const sentText = (text: string, eof: boolean): string => {
  if (eof) return 'its stdin was ended';
  const lines = text.split('\n').length - 1;
  return lines === 1 ? `sent ${text.trimEnd()}` : `sent ${count(lines, 'line')}`;
};
