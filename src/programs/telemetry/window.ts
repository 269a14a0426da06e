import type { TelemetryProgramOptions } from './options.ts';
import { Logs } from './store/logs.ts';
import { Metrics } from './store/metrics.ts';
import { Services } from './store/services.ts';
import { Traces } from './store/traces.ts';

const MIB = 1024 * 1024;

/** Whatever the counts allow, so much memory at most. A span with eight attributes takes about half a KB of it. */
const MOST_BYTES = { traces: 64 * MIB, logs: 32 * MIB, metrics: 32 * MIB };

/** What was received last, in memory. */
export class Window {
  readonly traces: Traces;
  readonly logs: Logs;
  readonly metrics: Metrics;
  readonly services = new Services();

  constructor(keep: TelemetryProgramOptions['keep']) {
    this.traces = new Traces({ count: keep.traces, bytes: MOST_BYTES.traces });
    this.logs = new Logs({ count: keep.logs, bytes: MOST_BYTES.logs });
    this.metrics = new Metrics({ count: keep.metrics, bytes: MOST_BYTES.metrics });
  }

  /** Takes effect with the next request. */
  resize(keep: TelemetryProgramOptions['keep']): void {
    this.traces.limits = { count: keep.traces, bytes: MOST_BYTES.traces };
    this.logs.limits = { count: keep.logs, bytes: MOST_BYTES.logs };
    this.metrics.limits = { count: keep.metrics, bytes: MOST_BYTES.metrics };
  }
}
