import type { MetricsExpectation } from '../model/failures/metrics-expectation.ts';

/** What the options of `monitor` expect. */
export const metricsWords: Readonly<Record<MetricsExpectation, string>> = {
  cores: 'a number of cores above 0, such as 1.5',
  interval: "a time from 250 ms, such as '1s'",
  'limit-action': "'warn', 'restart' or 'end'",
  'metric-names': "a list of 'otel', 'process-exporter', 'kubernetes'",
  monitor: 'an object with, if needed, interval, processes, probes, names, limits',
  'usage-limit': 'an object with memory or cpu, and, if needed, for, action',
  'usage-limits': 'an object from process names to limits',
  'watched-processes': "'all' or a list of process names",
};
