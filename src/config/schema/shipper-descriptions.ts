/** The fields of `log-shipper`; they say the same as the types in `observe/log-shipper.ts`. */
const byKind: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'log-shipper': {
    from: 'Files, or processes whose output is shipped.',
    to: 'Destinations, each of which takes lines at its own pace.',
    readFrom: 'Where reading of a file begins that was there before the first start. Default "beginning".',
    rotateWait: 'Time that a rotated file is looked at after its last line. Default 5s.',
    maxLineBytes: 'A longer line is sent in pieces, which have log.split. Default "1MiB".',
    multiline: 'Events of several lines. Default: every line is one.',
    parse:
      'How lines are read. "auto" tells each line by its beginning; the named groups of a pattern are fields. Default "auto".',
    fields: 'Fields of every line. Default: service.name, the name of the app or process.',
    redact: 'What matches is replaced by [redacted]. Default: nothing.',
    batch: 'Lines that are sent at once.',
    request: 'How destinations are asked. They are asked again for ever.',
    deadLetter:
      'File for lines that a destination will never take. Default: dead-letters.ndjson beside the positions.',
    drain: 'Time at the stop in which what is left is sent. Default 5s.',
  },
  'log-files': {
    volume: 'Volume that they lie in. It or path is needed.',
    path: "Folder that they lie in, relative to the config's folder.",
    include: 'Globs, relative to that. Default ["**/*.log"].',
    exclude: 'Globs of files that are left out. Compressed files always are. Default: none.',
  },
  'log-processes': { processes: 'All but log shippers and log sinks, or these.' },
  'log-multiline': {
    start: 'Regular expression that matches the first line of an event.',
    timeout: 'An event is whole when this long no more lines have come. Default 1s.',
  },
  'parse-pattern': { pattern: 'Regular expression with named groups.' },
  'log-batch': {
    maxBytes: 'Bytes of lines. Default "1MiB".',
    maxEvents: 'Number of lines or events. Default 10000.',
    timeout: 'Time that a line waits for others. Default 1s.',
  },
  'log-request': {
    timeout: 'Time for a batch. Default 10s.',
    retryInitialBackoff: 'Longest time before the first retry; it doubles with each. Default 500ms.',
    retryMaxDuration: 'Longest time before a retry. Default 30s.',
  },
};

export const shipperDescriptions: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(byKind).flatMap(([kind, fields]) =>
    Object.entries(fields).map(([field, text]) => [`${kind}.${field}`, text]),
  ),
);
