/** The fields of options of `monitor` and `metrics-adapter`; they say the same as the types in `observe/`. */
const byKind: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  monitor: {
    interval: 'Time between two samples, from 250 ms. Default "1s".',
    processes: 'Processes that have metrics, or "all". Default "all".',
    probes: 'When false, the results of probes have no metrics. Default true.',
    names: 'Whose names the metrics have. Default ["otel"].',
    limits: 'Limits by process. Default: none.',
    push: 'Sends the metrics by OTLP as well. Default: none.',
  },
  'metrics-push': {
    otlp: 'A process (its port "http", or its first TCP port), a port of one, or a URL, to which /v1/metrics is appended.',
    headers: 'Headers of every request. Default: none.',
    interval: 'Time between two requests, from 250 ms. Default "10s".',
  },
  'adapter-push': {
    otlp: 'A process (its port "http", or its first TCP port), a port of one, or a URL, to which /v1/metrics is appended.',
    remoteWrite:
      'A process (its port "http", or its first TCP port) or a port of one, at /api/v1/write, or a whole URL.',
    headers: 'Headers of every request. Default: none.',
    interval: 'Time between two requests, from 250 ms. Default "10s".',
  },
  'metrics-adapter': {
    from: 'Where metrics come from: a source, or a list of them.',
    relabel: 'Rules that every series goes through. Default: none.',
    maxSeries: 'Most series of all sources together; new ones are left out. Default 10000.',
    expire:
      'Series of StatsD, logs and OTLP are gone when nothing has come for so long; 0: never. Default "5m".',
    push: "Sends the metrics by OTLP, or by Prometheus' remote write, as well. Default: none.",
  },
  'metrics-source': {
    prometheus: "Prometheus' text format, or OpenMetrics: a URL, a process, a port of one, or an object.",
    json: 'Numbers of a JSON document.',
    nginxStatus: "nginx' page stub_status: a URL, a process, a port of one, or an object.",
    redis: 'What Redis says of itself: a URL, a process, a port of one, or an object.',
    statsd: 'StatsD and DogStatsD by UDP.',
    logs: 'Lines that processes write, or those of files in a volume.',
    otlp: 'OTLP over HTTP.',
  },
  'prometheus-source': {
    to: 'A URL, a process (its port "metrics", or its first TCP port), or a port of one: "web.admin".',
    path: 'Path at a process. Default "/metrics".',
    interval: 'Time between two requests, from 250 ms. Default "5s".',
  },
  'nginx-source': {
    to: 'A URL, a process (its port "metrics", or its first TCP port), or a port of one: "web.admin".',
    path: 'Path at a process. Default "/stub_status".',
    interval: 'Time between two requests, from 250 ms. Default "5s".',
  },
  'redis-source': {
    to: 'A process (its port "redis", or its first TCP port), a port of one, or a URL, which can have a user and a password.',
    interval: 'Time between two requests, from 250 ms. Default "5s".',
  },
  'json-source': {
    to: 'A URL, a process (its port "metrics", or its first TCP port), or a port of one: "web.admin".',
    path: 'Path at a process. Default "/".',
    interval: 'Time between two requests, from 250 ms. Default "5s".',
    metrics: 'Metrics of the document.',
  },
  'json-metric': {
    name: 'Name of the metric.',
    path: 'Fields from the outside in, with * for each of them: "queues.*". Default: the document.',
    value: 'Field of the number within what path leads to. Default: that itself.',
    labels:
      'Labels. {name} is a field of what path leads to, and {*} the key that its last * stands for. Default: none.',
    type: 'Type of the metric. Default "gauge".',
    help: 'Help. Default: the name.',
  },
  'statsd-source': {
    port: 'UDP port. Default: one that is free.',
    buckets: "Upper bounds of histograms, in seconds for timers. Default: Prometheus', from 0.005 to 10.",
  },
  'otlp-source': { port: 'TCP port. Default: one that is free.' },
  'logs-source': {
    processes: 'Processes whose output is read. Default, without volume: all.',
    volume: 'Volume with files that are read as they grow.',
    include: 'Globs of its files. Default ["**/*.log"].',
    exclude: 'Globs of files that are left out. Default: none.',
    match: 'Lines that the metric is of: a regular expression, or its source.',
    metric: 'Metric of the lines that match.',
  },
  'log-metric': {
    name: 'Name of the metric.',
    type: 'Type of the metric. Default "counter".',
    value: 'Group of the pattern with the value. Default: each line counts 1.',
    labels: 'Groups of the pattern that are labels. Default: none.',
    buckets: "Upper bounds of a histogram. Default: Prometheus', from 0.005 to 10.",
    help: 'Help. Default: the name.',
  },
  'relabel-rule': {
    action: 'What is done. Default "replace".',
    sourceLabels: 'Labels whose values are joined. Default: none.',
    separator: 'What joins them. Default ";".',
    targetLabel: 'Label that gets the result.',
    regex: 'Pattern that the whole text has to match. Default "(.*)".',
    modulus: 'For hashmod: number of different results.',
    replacement: 'Result; $1 is a group of the pattern. Default "$1".',
  },
  'usage-limit': {
    memory: 'Most resident memory of the process and all its descendants. Default: no limit.',
    cpu: 'Most cores that the process and all its descendants use. Default: no limit.',
    for: 'Time for which it has to be above the limit without a break. Default "10s".',
    action:
      'What happens then: a notice ("warn"), or a notice and a restart ("restart") or a stop ("end") of the process. Default "warn".',
  },
};

export const metricsDescriptions: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(byKind).flatMap(([kind, fields]) =>
    Object.entries(fields).map(([field, text]) => [`${kind}.${field}`, text]),
  ),
);
