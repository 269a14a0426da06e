import type { PodClient, ToldEvent } from '../control/pod-client.ts';
import { LifecycleLog } from './log/lifecycle-log.ts';
import { LineRows } from './log/line-rows.ts';
import { ToldView } from './log/told-view.ts';
import { layoutOf, linesArea } from './screens/layout.ts';
import { lineLayout } from './screens/line-layout.ts';
import type { LaidView, PaneView, View } from './screens/view.ts';
import { LogModel } from './state/log-model.ts';
import { seenBeside } from './state/panes.ts';
import { ALL_PROCESSES, sourceOf } from './state/ui-state.ts';

interface Kept {
  readonly log: LogModel;
  readonly lines: LineRows;
}

/** What the panes on the screen show of their logs. */
export class LogPanes {
  readonly #client: Pick<PodClient, 'log'>;
  readonly #lifecycle: LifecycleLog;
  /** What is remembered for each pane, by its pinned log, or '' for the log of the selection. */
  #kept: ReadonlyMap<string, Kept> = new Map();
  /** Logs that are on the screen, with the end of each when it was drawn. */
  #drawn: ReadonlyMap<string, number> = new Map();

  constructor(client: Pick<PodClient, 'log'>) {
    this.#client = client;
    this.#lifecycle = new LifecycleLog(client.log(null));
  }

  take(event: ToldEvent): void {
    this.#lifecycle.take(event);
  }

  /** Shows what was sent to the stdin of a process where it was sent. */
  sent(process: string, text: string): void {
    this.#lifecycle.tell(process, text, Date.now());
  }

  /** Searches some more of the logs that were shown last; returns false while there is more. */
  advance(): boolean {
    return [...this.#kept.values()].map(({ log }) => log.advance()).every((isComplete) => isComplete);
  }

  /** Remembers how much of the logs in a view is drawn. */
  drawn({ state, others }: Pick<View, 'state' | 'others'>): void {
    const sources = [sourceOf(state), ...others.keys()];
    this.#drawn = new Map(sources.map((source) => [source, this.#endOf(source)]));
  }

  /** True if there is output that a log on the screen does not show yet. */
  get hasMore(): boolean {
    return [...this.#drawn].some(([source, end]) => this.#endOf(source) !== end);
  }

  /** Adds the logs to what a frame is drawn from. */
  shown(laid: LaidView): Omit<View, 'screens'> {
    const layout = layoutOf(laid);
    const focused = sourceOf(laid.state);
    const kept = new Map<string, Kept>();
    const logs = layout.kind === 'panes' ? layout.logs : [];
    const others = logs
      .filter(({ source }) => source !== focused)
      .map(({ source, area }) => {
        const state = seenBeside(laid.state, source);
        return [source, this.#pane({ ...laid, state }, area.width, kept)] as const;
      });
    const view = { ...laid, ...this.#pane(laid, linesArea(laid).width, kept), others: new Map(others) };
    this.#kept = kept;
    return view;
  }

  #pane(laid: LaidView, width: number, kept: Map<string, Kept>): PaneView {
    const { state } = laid;
    const key = state.pane ?? '';
    const { log, lines } = this.#kept.get(key) ?? {
      log: new LogModel((source) => this.#logOf(source)),
      lines: new LineRows(),
    };
    kept.set(key, { log, lines });
    lines.use(lineLayout(laid, width));
    return { state, log: log.shown(state), lines };
  }

  /** Whatever is written, and be it the rest of a line, has a higher number than what was there. */
  #endOf(source: string): number {
    return this.#client.log(processOf(source)).end;
  }

  #logOf(source: string): ToldView {
    const process = processOf(source);
    return new ToldView(this.#client.log(process), () => this.#lifecycle.of(process));
  }
}

const processOf = (source: string): string | null => (source === ALL_PROCESSES ? null : source);
