import type { PodClient, PodSnapshot } from '../control/pod-client.ts';
import { errorMessage } from '../model/error-message.ts';
import { askedSidecar } from './state/asked-sidecar.ts';
import { NO_TRACES, type TracesView } from './state/traces-view.ts';
import type { UiState } from './state/ui-state.ts';
import type { TracesFeed, WantedTraces } from './traces-feed.ts';

/** The traces that a page shows. Nothing is asked for, and nothing of it is loaded, before a page of traces is on the screen. */
export class FollowedTraces {
  readonly #client: PodClient;
  readonly #onChange: () => void;
  #wanted: WantedTraces | null = null;
  #from: string | undefined = undefined;
  #feed: TracesFeed | null = null;
  view: TracesView = NO_TRACES;

  constructor(client: PodClient, onChange: () => void) {
    this.#client = client;
    this.#onChange = onChange;
  }

  /** `null`: the dashboard is not on the screen. */
  show(state: UiState | null): void {
    const wanted = state === null ? null : wantedBy(state, this.#client.snapshot);
    if (isSame(wanted, this.#wanted)) return;
    // What another sidecar has said is not shown as this one's.
    if (wanted !== null && wanted.from !== this.#from) this.view = NO_TRACES;
    this.#from = wanted?.from ?? this.#from;
    this.#feed?.close();
    this.#feed = null;
    this.#wanted = wanted;
    if (wanted !== null)
      this.#follow(wanted).catch((error: unknown) => this.#take({ problem: errorMessage(error) }));
  }

  async #follow(wanted: WantedTraces): Promise<void> {
    const { TracesFeed } = await import('./traces-feed.ts');
    if (this.#wanted !== wanted) return;
    this.#feed = new TracesFeed(this.#client, wanted, (change) => this.#take(change));
    await this.#feed.follow();
  }

  #take(change: Partial<TracesView>): void {
    this.view = { ...this.view, ...change };
    this.#onChange();
  }
}

const wantedBy = (state: UiState, snapshot: PodSnapshot): WantedTraces | null => {
  const { screen, traces } = state;
  if (screen !== 'traces' && screen !== 'trace') return null;
  const from = askedSidecar(state, snapshot, 'telemetry');
  return { errorsOnly: traces.errorsOnly, open: screen === 'traces' ? null : traces.open, from };
};

const isSame = (one: WantedTraces | null, other: WantedTraces | null): boolean =>
  one?.open === other?.open && one?.errorsOnly === other?.errorsOnly && one?.from === other?.from;
