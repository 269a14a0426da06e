import type { ShipperExpectation } from '../model/failures/shipper-expectation.ts';

/** What the options of `log-shipper` expect. */
export const shipperWords: Readonly<Record<ShipperExpectation, string>> = {
  globs: "a list of globs, such as ['**/*.log']",
  'line-size': "bytes from 1024, or a size such as '1MiB'",
  'log-batch': 'an object with maxBytes, maxEvents, timeout',
  'log-destinations': 'a destination, or a list of one or more',
  'log-fields': 'an object from names to texts',
  'log-files': 'an object with volume or path and, if needed, include, exclude',
  'log-from': 'an object with volume, path or processes',
  'log-multiline': 'an object with start and, if needed, timeout',
  'log-parse':
    "'none', 'json', 'logfmt', 'combined', 'syslog', 'auto', a regular expression, or { pattern: … }",
  'log-processes': 'an object with processes',
  'log-request': 'an object with timeout, retryInitialBackoff, retryMaxDuration',
  'log-shipper':
    'an object with from, to and, if needed, readFrom, rotateWait, maxLineBytes, multiline, parse, fields, redact, batch, request, deadLetter, drain',
  'parse-pattern': 'an object with a pattern',
  'processes-or-all': "'all', or a list of one or more process names",
  'read-from': "'beginning' or 'end'",
  'regular-expression': 'a regular expression, or its text',
  'regular-expressions': 'a list of regular expressions',
};
