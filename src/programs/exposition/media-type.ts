import type { ExpositionFormat } from './sample.ts';

/** The `Accept` of a scrape: OpenMetrics first, since only it has exemplars; names of any characters where there are. */
export const ACCEPTED = [
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.8',
  'application/openmetrics-text;version=1.0.0;q=0.7',
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6',
  'text/plain;version=0.0.4;q=0.5',
  '*/*;q=0.1',
].join(',');

/** The format that a `Content-Type` names. As for Prometheus 2, whatever is not OpenMetrics is the text format. */
export const formatOf = (contentType: string | null): ExpositionFormat =>
  /^\s*application\/openmetrics-text\s*(?:;|$)/i.test(contentType ?? '') ? 'openmetrics' : 'text';
