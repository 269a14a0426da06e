import type { PodClient } from '../control/pod-client.ts';
import { errorMessage } from '../model/error-message.ts';
import type { MetricsFeed } from './metrics-feed.ts';
import { type MetricsView, NO_METRICS } from './state/metrics-view.ts';
import type { UiState } from './state/ui-state.ts';

/** The metrics that a page shows. Nothing is asked for, and nothing of it is loaded, before their page is on the screen. */
export class FollowedMetrics {
  readonly #client: PodClient;
  readonly #onChange: () => void;
  #process: string | null = null;
  #feed: MetricsFeed | null = null;
  view: MetricsView = NO_METRICS;

  constructor(client: PodClient, onChange: () => void) {
    this.#client = client;
    this.#onChange = onChange;
  }

  /** `null`: the dashboard is not on the screen. */
  show(state: UiState | null): void {
    const process = state?.screen === 'metrics' ? state.selected : null;
    if (process === this.#process) return;
    this.#feed?.close();
    this.#feed = null;
    this.#process = process;
    if (process === null) return;
    this.view = { ...NO_METRICS, process };
    this.#follow(process).catch((error: unknown) => this.#take({ problem: errorMessage(error) }));
  }

  async #follow(process: string): Promise<void> {
    const { MetricsFeed } = await import('./metrics-feed.ts');
    if (this.#process !== process) return;
    this.#feed = new MetricsFeed(this.#client, process, (change) => this.#take(change));
    await this.#feed.follow();
  }

  #take(change: Partial<MetricsView>): void {
    this.view = { ...this.view, ...change };
    this.#onChange();
  }
}
