import { type Exposition, exposition, type Metric } from '../admin/exposition.ts';
import { processMetrics } from '../admin/process-metrics.ts';
import type { Telemetry } from './telemetry.ts';

const SIGNALS = ['traces', 'metrics', 'logs'] as const;

/** Its own metrics. Those that were received are at `/federate`. */
export const metricsOf = (telemetry: Telemetry): Promise<Exposition> =>
  exposition([...received(telemetry), ...kept(telemetry), ...forwarded(telemetry), ...processMetrics()]);

const received = ({ received: items, refused, left }: Telemetry): readonly Metric[] => [
  {
    ...counter('sidecar_otlp_received_total', 'Spans, points and records that were taken in.'),
    samples: SIGNALS.map((signal) => ({ labels: { signal }, value: items[signal] })),
  },
  {
    ...counter('sidecar_otlp_refused_requests_total', 'Requests that were refused.'),
    samples: [...refused].map(([key, value]) => {
      const [signal = '', reason = ''] = key.split(' ');
      return { labels: { signal, reason }, value };
    }),
  },
  {
    ...counter('sidecar_telemetry_left_out_spans_total', 'Spans without ids, or that were not sampled.'),
    samples: Object.entries(left).map(([reason, value]) => ({ labels: { reason }, value })),
  },
];

const kept = ({ window: { traces, logs, metrics } }: Telemetry): readonly Metric[] => {
  const signals = { traces, logs, metrics };
  const of = (value: (signal: (typeof signals)[keyof typeof signals]) => number) =>
    SIGNALS.map((signal) => ({ labels: { signal }, value: value(signals[signal]) }));
  return [
    {
      ...gauge('sidecar_telemetry_kept', 'Traces, points and records in memory.'),
      samples: of(({ count }) => count),
    },
    {
      ...gauge('sidecar_telemetry_kept_bytes', 'About what they take of it.'),
      samples: of(({ bytes }) => bytes),
    },
    {
      ...counter('sidecar_telemetry_evicted_total', 'Spans, points and records that gave way to newer ones.'),
      samples: of(({ dropped }) => dropped),
    },
  ];
};

const forwarded = ({ sender }: Telemetry): readonly Metric[] => {
  if (sender === null) return [];
  const { counts, waiting } = sender;
  return [
    {
      ...counter(
        'sidecar_otlp_sent_total',
        'Spans, points and records that were forwarded, or could not be.',
      ),
      samples: Object.entries(counts).map(([outcome, value]) => ({ labels: { outcome }, value })),
    },
    {
      ...gauge('sidecar_otlp_send_queue_bytes', 'Bytes that wait to be forwarded.'),
      samples: [{ labels: {}, value: waiting.bytes }],
    },
  ];
};

const counter = (name: string, help: string) => ({ name, help, type: 'counter' }) as const;
const gauge = (name: string, help: string) => ({ name, help, type: 'gauge' }) as const;
