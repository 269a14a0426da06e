/** The kinds of values in the options of `log-sink`, and in the destinations of `log-shipper`. */
export type LogExpectation =
  | 'compression'
  | 'elasticsearch-output'
  | 'elasticsearch-target'
  | 'file-output'
  | 'file-target'
  | 'http-output'
  | 'http-log-target'
  | 'index-name'
  | 'log-output'
  | 'log-server'
  | 'output-header'
  | 'output-name'
  | 'path-in-volume'
  | 'positive-size'
  | 'stdout-output';
