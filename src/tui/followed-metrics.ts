import type { PodClient, PodSnapshot } from '../control/pod-client.ts';
import { errorMessage } from '../model/error-message.ts';
import type { MetricsFeed, WantedMetrics } from './metrics-feed.ts';
import { askedSidecar } from './state/asked-sidecar.ts';
import { type MetricsView, NO_METRICS } from './state/metrics-view.ts';
import type { UiState } from './state/ui-state.ts';

/** The metrics that a page shows. Nothing is asked for, and nothing of it is loaded, before their page is on the screen. */
export class FollowedMetrics {
  readonly #client: PodClient;
  readonly #onChange: () => void;
  #wanted: WantedMetrics | null = null;
  #feed: MetricsFeed | null = null;
  view: MetricsView = NO_METRICS;

  constructor(client: PodClient, onChange: () => void) {
    this.#client = client;
    this.#onChange = onChange;
  }

  /** `null`: the dashboard is not on the screen. */
  show(state: UiState | null): void {
    const wanted = state === null ? null : wantedBy(state, this.#client.snapshot);
    if (wanted?.process === this.#wanted?.process && wanted?.from === this.#wanted?.from) return;
    this.#feed?.close();
    this.#feed = null;
    this.#wanted = wanted;
    if (wanted === null) return;
    this.view = { ...NO_METRICS, process: wanted.process };
    this.#follow(wanted).catch((error: unknown) => this.#take({ problem: errorMessage(error) }));
  }

  async #follow(wanted: WantedMetrics): Promise<void> {
    const { MetricsFeed } = await import('./metrics-feed.ts');
    if (this.#wanted !== wanted) return;
    this.#feed = new MetricsFeed(this.#client, wanted, (change) => this.#take(change));
    await this.#feed.follow();
  }

  #take(change: Partial<MetricsView>): void {
    this.view = { ...this.view, ...change };
    this.#onChange();
  }
}

const wantedBy = (state: UiState, snapshot: PodSnapshot): WantedMetrics | null =>
  state.screen === 'metrics' && state.selected !== null
    ? { process: state.selected, from: askedSidecar(state, snapshot, 'prometheus') }
    : null;
