/** The fields of destinations of logs, and of `log-sink`; they say the same as the types in `observe/`. */
const byKind: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'log-sink': {
    listen: 'What it takes in. Default: all of it.',
    keep: 'Memory for the newest lines. Default "64MiB".',
    file: 'File that gets every line, one JSON object each, before the line is acknowledged. Default: none.',
  },
  'sink-listen': {
    http: 'One JSON object a line, or a list of them, by POST / on the port http. Default true.',
    loki: "Loki's push API, as JSON, on the port http. Default true.",
    elasticsearch: "Elasticsearch's bulk API, on the port http. Default true.",
    otlp: "OTLP's logs, as protobuf or JSON, on the port http. Default true.",
    syslog: 'Syslog over TCP on the port syslog, and over UDP on syslog-udp. Default true.',
    forward: "Fluentd's forward protocol, on the port forward. Default true.",
  },
  'sink-file': {
    path: 'Path in the volume.',
    volume: 'Volume that it lies in.',
  },
  'log-output': {
    name: 'Name of the destination, which its positions are kept by. Default: its kind, then "http-2", and so on.',
    http: 'Gets one JSON object a line, by POST.',
    loki: "Loki's push API.",
    elasticsearch: "Elasticsearch's and OpenSearch's bulk API.",
    otlp: "OTLP's logs, as protobuf over HTTP.",
    syslog: 'Syslog of RFC 5424, over TCP, TLS or UDP.',
    forward: "Fluentd's forward protocol, with acknowledgements.",
    file: 'A file that gets one JSON object a line, by its path.',
    stdout: "The sidecar's own output, one JSON object a line.",
  },
  'http-output': {
    to: 'URL (without a path, it gets that of the kind), process (its port with the name of the kind, or its first TCP port), or port of one such as "sink.http".',
    headers: 'Headers of every request. Default: none.',
    compression: 'Default "gzip", and "none" for servers of this machine.',
    tls: 'TLS of an https: URL; for a process, that it speaks TLS.',
  },
  'elasticsearch-output': {
    to: 'URL (without a path, it gets /_bulk), process, or port of one such as "sink.http".',
    index: 'Index or data stream. Default "logs-sidecarctl-default".',
    headers: 'Headers of every request. Default: none.',
    compression: 'Default "gzip", and "none" for servers of this machine.',
    tls: 'TLS of an https: URL; for a process, that it speaks TLS.',
  },
  'syslog-output': {
    to: 'tcp://host:port, tls://host:port or udp://host:port, process (its port syslog, or its first TCP port), or port of one.',
    tls: 'TLS of a tls: URL; for a process, that it speaks TLS.',
  },
  'forward-output': {
    to: 'tcp://host:port or tls://host:port, process (its port forward, or its first TCP port), or port of one.',
    tls: 'TLS of a tls: URL; for a process, that it speaks TLS.',
    tag: 'Default: the process of each line.',
  },
  'file-output': {
    path: "Path, relative to the config's folder, or to volume if that is given.",
    volume: 'Volume that it lies in. Default: none.',
    size: 'Size after which it is rotated. Default "64MiB".',
    keep: 'Number of rotated files that are kept. Default 5.',
  },
};

export const logDescriptions: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(byKind).flatMap(([kind, fields]) =>
    Object.entries(fields).map(([field, text]) => [`${kind}.${field}`, text]),
  ),
);
