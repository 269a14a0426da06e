import type { MetricsExpectation } from '../model/failures/metrics-expectation.ts';

/** What the options of `monitor` and `metrics-adapter` expect. */
export const metricsWords: Readonly<Record<MetricsExpectation, string>> = {
  buckets: 'a list of numbers that rise',
  cores: 'a number of cores above 0, such as 1.5',
  group: 'a named group of the pattern, such as (?<name>…)',
  interval: "a time from 250 ms, such as '1s'",
  'json-metric': 'an object with name and, if needed, path, value, labels, type, help',
  'json-metric-type': "'gauge' or 'counter'",
  'json-metrics': 'a list of metrics',
  'json-source': 'an object with to, metrics and, if needed, path, interval',
  'limit-action': "'warn', 'restart' or 'end'",
  'log-metric': 'an object with name and, if needed, type, value, labels, buckets, help',
  'log-metric-type': "'counter', 'gauge' or 'histogram'",
  'logs-source': 'an object with match, metric and, if needed, processes, or volume, include, exclude',
  'metric-name': 'the name of a metric: letters, digits, _ and :',
  'metric-names': "a list of 'otel', 'process-exporter', 'kubernetes'",
  'metrics-adapter': 'an object with from and, if needed, relabel, maxSeries, expire, push',
  'metrics-push': 'an object with otlp and, if needed, headers, interval',
  'metrics-server':
    "a URL such as 'http://127.0.0.1:9100/metrics', a process, or a port of one such as 'web.admin'",
  'metrics-source': 'exactly one of prometheus, json, statsd, logs, otlp',
  'metrics-sources': 'a source, or a list of sources',
  monitor: 'an object with, if needed, interval, processes, probes, names, limits, push',
  'otlp-source': 'true, or an object with port',
  'prometheus-source': 'a URL, a process, a port of one, or an object with to and, if needed, path, interval',
  'relabel-action':
    "'replace', 'keep', 'drop', 'hashmod', 'labelmap', 'labeldrop', 'labelkeep', 'lowercase', 'uppercase', 'keepequal' or 'dropequal'",
  'relabel-rule': 'an object with action, sourceLabels, separator, targetLabel, regex, modulus, replacement',
  'relabel-rules': 'a list of rules',
  'statsd-source': 'true, or an object with port, buckets',
  'texts-by-name': 'an object from names to texts',
  'usage-limit': 'an object with memory or cpu, and, if needed, for, action',
  'usage-limits': 'an object from process names to limits',
  'watched-processes': "'all' or a list of process names",
};
