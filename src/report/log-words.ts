import type { LogExpectation } from '../model/failures/log-expectation.ts';

/** What the options of `log-sink` and the destinations of `log-shipper` expect. */
export const logWords: Readonly<Record<LogExpectation, string>> = {
  compression: "'gzip' or 'none'",
  'elasticsearch-output': 'an object with to and, if needed, index, headers, compression, tls',
  'elasticsearch-target': 'a URL, a process, or an object with to, index, headers, compression, tls',
  'file-output': 'an object with path and, if needed, volume, size, keep',
  'file-target': 'a path, or an object with path, volume, size, keep',
  'forward-output': 'an object with to and, if needed, tag, tls',
  'forward-target': 'an address, a process, or an object with to, tag, tls',
  'log-socket':
    "an address such as 'tcp://127.0.0.1:514', a process of the pod, or a port of one such as 'sink.syslog'",
  'syslog-output': 'an object with to and, if needed, tls',
  'syslog-target': 'an address, a process, or an object with to and tls',
  'http-output': 'an object with to and, if needed, headers, compression, tls',
  'http-log-target': 'a URL, a process, or an object with to, headers, compression, tls',
  'index-name': 'the name of an index: lower case, without spaces and any of \\/*?"<>|,#: in it',
  'kept-size': "bytes from 65536, or a size such as '64MiB'",
  'log-output':
    'an object with one of http, loki, elasticsearch, otlp, syslog, forward, file, stdout and, if needed, name',
  'log-server':
    "a URL such as 'http://127.0.0.1:3100', a process of the pod, or a port of one such as 'sink.http'",
  'log-sink': 'an object with, if needed, listen, keep, file',
  'output-header': 'a header that the sidecar does not set itself',
  'output-name': 'a name of lower-case letters, digits and -',
  'path-in-volume': 'a path within the volume',
  'positive-size': "bytes from 1, or a size such as '64MiB'",
  'sink-file': 'an object with path and volume',
  'sink-file-target': 'a path, or an object with path and volume',
  'sink-listen': 'an object with, if needed, http, loki, elasticsearch, otlp, syslog, forward',
  'stdout-output': 'true',
};
