import type { PrometheusProgramOptions, ScrapeTarget } from '../../programs/prometheus/options.ts';

/** It lies beside the configuration. */
export const RULES_FILE = 'rules.yml';

/** A scrape has no longer, whatever its interval is. */
const LONGEST_SCRAPE = 10_000;

/** The configuration of Prometheus, as VictoriaMetrics reads it, too. */
export const scrapeConfig = ({
  scrapeInterval,
  targets,
  rules,
}: PrometheusProgramOptions): Readonly<Record<string, unknown>> => {
  const names = uniqueNames(targets.map(({ job }) => job));
  return {
    global: {
      scrape_interval: `${scrapeInterval}ms`,
      scrape_timeout: `${Math.min(scrapeInterval, LONGEST_SCRAPE)}ms`,
      ...(rules.length === 0 ? {} : { evaluation_interval: `${scrapeInterval}ms` }),
    },
    ...(rules.length === 0 ? {} : { rule_files: [RULES_FILE] }),
    scrape_configs: targets.map((target, index) => jobOf(target, names[index] ?? '')),
  };
};

/** `name` is of this target alone. `job` is what its series are to have. */
const jobOf = ({ job, address, path, honorLabels }: ScrapeTarget, name: string): object => {
  const [page = '', parameters] = path.split(/\?(.*)/s);
  return {
    job_name: name,
    honor_labels: honorLabels,
    metrics_path: page,
    ...(parameters === undefined ? {} : { params: valuesOf(new URLSearchParams(parameters)) }),
    static_configs: [{ targets: [address], ...(name === job ? {} : { labels: { job } }) }],
  };
};

const valuesOf = (parameters: URLSearchParams): object =>
  Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]));

/** Prometheus refuses a name that comes twice. */
const uniqueNames = (names: readonly string[]): readonly string[] => {
  const taken = new Set(names);
  const used = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let number = 2; used.has(own) || (own !== name && taken.has(own)); number += 1)
      own = `${name}-${number}`;
    used.add(own);
    return own;
  });
};
