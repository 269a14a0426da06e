/** The kinds of values in the options of `log-shipper`, besides its destinations. */
export type ShipperExpectation =
  | 'globs'
  | 'line-size'
  | 'log-batch'
  | 'log-destinations'
  | 'log-fields'
  | 'log-files'
  | 'log-from'
  | 'log-multiline'
  | 'log-parse'
  | 'log-processes'
  | 'log-request'
  | 'log-shipper'
  | 'parse-pattern'
  | 'processes-or-all'
  | 'read-from'
  | 'regular-expression'
  | 'regular-expressions';
