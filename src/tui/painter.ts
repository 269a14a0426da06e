import type { PodClient, ProcessDetails, ToldEvent, Usage } from '../control/pod-client.ts';
import { LineRows } from './log/line-rows.ts';
import { OutputRate } from './output-rate.ts';
import { type Frame, project } from './project.ts';
import { linesArea, soundSize } from './screens/layout.ts';
import { lineLayout } from './screens/line-layout.ts';
import type { Size, View } from './screens/view.ts';
import type { KeyEntry } from './state/key-table.ts';
import { LogModel } from './state/log-model.ts';
import type { Surroundings } from './state/reduce.ts';
import type { UiState } from './state/ui-state.ts';
import { cpu, memory } from './text/format.ts';
import type { Theme } from './theme.ts';
import { UsageHistory } from './usage-history.ts';

interface PainterOptions {
  readonly client: PodClient;
  readonly size: () => Size;
  readonly keys: readonly KeyEntry[];
}

/** Draws frames from the pod's snapshot and the state of the UI. */
export class Painter {
  details: ProcessDetails | null = null;
  theme: Theme;
  readonly #options: PainterOptions;
  readonly #log: LogModel;
  readonly #lines = new LineRows();
  readonly #rate: OutputRate;
  readonly #pastUsage = new UsageHistory();
  #usage: ReadonlyMap<string, Usage> = new Map();
  #page: Frame['page'] = { height: 0, rows: 0 };

  constructor(options: PainterOptions, theme: Theme) {
    this.#options = options;
    this.theme = theme;
    this.#log = new LogModel(options.client);
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
    this.#log.take(event);
  }

  paint(state: UiState): Frame {
    // Each frame searches more of a long log, until it is done.
    const isComplete = this.#log.advance(state);
    const now = Date.now();
    const frame = project(this.#view(state, now));
    this.#page = frame.page;
    const changesAt = Math.min(frame.changesAt, this.#rate.changesAt(now), isComplete ? Infinity : now);
    return { ...frame, changesAt };
  }

  surroundings(state: UiState): Surroundings {
    const view = this.#view(state, Date.now());
    const { snapshot, usage, keys, log, lines, now } = view;
    const logHeight = linesArea(view).height;
    return { snapshot, usage, keys, log, lines, logHeight, page: this.#page, now };
  }

  #view(state: UiState, now: number): View {
    const { client, size, keys } = this.#options;
    const view: View = {
      snapshot: client.snapshot,
      usage: this.#usage,
      pastUsage: state.selected === null ? null : this.#pastUsage.of(state.selected),
      linesPerSecond: this.#rate.at(now),
      state,
      log: this.#log.shown(state),
      lines: this.#lines,
      details: this.details,
      size: soundSize(size()),
      keys,
      theme: this.theme,
      now,
    };
    this.#lines.use(lineLayout(view));
    return view;
  }
}

const drawnText = (usage: ReadonlyMap<string, Usage>): string =>
  [...usage].map(([name, now]) => `${name} ${cpu(now.cpu)} ${memory(now.memory)} ${now.processes}`).join();
