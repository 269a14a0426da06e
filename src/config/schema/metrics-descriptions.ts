/** The fields of options of `monitor`; they say the same as the types in `observe/`. */
const byKind: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  monitor: {
    interval: 'Time between two samples, from 250 ms. Default "1s".',
    processes: 'Processes that have metrics, or "all". Default "all".',
    probes: 'When false, the results of probes have no metrics. Default true.',
    names: 'Whose names the metrics have. Default ["otel"].',
    limits: 'Limits by process. Default: none.',
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
