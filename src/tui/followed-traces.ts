import type { PodClient } from '../control/pod-client.ts';
import { errorMessage } from '../model/error-message.ts';
import { NO_TRACES, type TracesView } from './state/traces-view.ts';
import type { UiState } from './state/ui-state.ts';
import type { TracesFeed, WantedTraces } from './traces-feed.ts';

/** The traces that a page shows. Nothing is asked for, and nothing of it is loaded, before a page of traces is on the screen. */
export class FollowedTraces {
  readonly #client: PodClient;
  readonly #onChange: () => void;
  #wanted: WantedTraces | null = null;
  #feed: TracesFeed | null = null;
  view: TracesView = NO_TRACES;

  constructor(client: PodClient, onChange: () => void) {
    this.#client = client;
    this.#onChange = onChange;
  }

  /** `null`: the dashboard is not on the screen. */
  show(state: UiState | null): void {
    const wanted = state === null ? null : wantedBy(state);
    if (wanted?.open === this.#wanted?.open && wanted?.errorsOnly === this.#wanted?.errorsOnly) return;
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

const wantedBy = ({ screen, traces: { errorsOnly, open } }: UiState): WantedTraces | null => {
  if (screen === 'traces') return { errorsOnly, open: null };
  return screen === 'trace' ? { errorsOnly, open } : null;
};
