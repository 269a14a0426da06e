/** The options of the ready-made sidecar `prometheus`. */

import type { PortOf } from './ports-of.ts';
import type { Duration } from './quantities.ts';

/**
 * A page with metrics. A text is the port that has it, at `/metrics`.
 *
 * @example 'web.http', { to: 'web.http', path: '/internal/metrics' }, { to: { port: 9100 }, job: 'machine' }
 */
export type ScrapeEntry<Process extends string = string> =
  | PortOf<Process>
  | {
      /** Of a process, of each instance of an app, or of a server that is not in the pod. */
      readonly to: PortOf<Process> | { readonly host?: string; readonly port: number };
      /** Default `'/metrics'`. */
      readonly path?: string;
      /** Label `job` of its series. Default: the name of the process, or the address of the server. */
      readonly job?: string;
    };

/**
 * A rule that makes new series of a query, as often as targets are scraped.
 *
 * @example { record: 'job:requests:rate1m', expr: 'sum by (job) (rate(requests_total[1m]))' }
 */
export interface RecordingRule {
  /** Name of the new series. */
  readonly record: string;
  /** Query. */
  readonly expr: string;
  /** Labels of the new series besides those of the answer. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A rule that tells of every series in the answer to a query: in the log, in the status of the process, and as `ALERTS`.
 *
 * @example { alert: 'Slow', expr: 'request_seconds > 1', for: '30s', annotations: { summary: '{{ $labels.job }}: {{ $value }} s' } }
 */
export interface AlertingRule {
  /** Name of the alert. */
  readonly alert: string;
  /** Query. */
  readonly expr: string;
  /** Time for which the answer has to have a series, without a break, before its alert fires. Default 0. */
  readonly for?: Duration;
  /** Labels besides those of the answer. They can have `{{ $labels.NAME }}` and `{{ $value }}`. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Texts; `summary` stands in the log. They can have `{{ $labels.NAME }}` and `{{ $value }}`. Default: none. */
  readonly annotations?: Readonly<Record<string, string>>;
}

export type PrometheusRule = RecordingRule | AlertingRule;

/**
 * Options of `use: 'prometheus'`: scrapes the metrics of the pod, keeps them for a while, and answers queries over
 * Prometheus' HTTP API.
 *
 * @example { scrapeInterval: '1s', scrape: ['auto', { to: 'web.http', path: '/internal/metrics' }] }
 */
export interface PrometheusOptions<Process extends string = string> {
  /**
   * What is scraped. `'auto'` (default): the `admin` port of every ready-made sidecar, and every port named `metrics`.
   * A list can have `'auto'` beside further entries; without it, only these are scraped.
   */
  readonly scrape?: 'auto' | readonly ('auto' | ScrapeEntry<Process>)[];
  /** Time from one scrape of a target to the next. A scrape has as long, and 10 s at most. Default 5 s. */
  readonly scrapeInterval?: Duration;
  /** How long samples are kept. Default 2 h; with `engine: 'victoria-metrics'` a day, and no less. */
  readonly retention?: Duration;
  /** Rules, in the order of their evaluation, as often as targets are scraped. Not with `engine: 'victoria-metrics'`. Default: none. */
  readonly rules?: readonly PrometheusRule[];
  /**
   * Volume with the samples, which a restart then finds again. Only for the engines: `embedded` has them in memory. Default:
   * a folder that ends with the run.
   */
  readonly volume?: string;
}
