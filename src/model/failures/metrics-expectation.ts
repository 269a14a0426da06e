/** The kinds of values in the options of `monitor`. */
export type MetricsExpectation =
  | 'cores'
  | 'interval'
  | 'limit-action'
  | 'metric-names'
  | 'monitor'
  | 'usage-limit'
  | 'usage-limits'
  | 'watched-processes';
