import type { Rule } from './rules/rule.ts';

/** The options of the program, as its ready-made sidecar writes them. Addresses are `host:port`, times milliseconds. */
export interface PrometheusProgramOptions {
  readonly name: string;
  /** Address of the HTTP API. */
  readonly listen: string;
  readonly admin: string;
  readonly scrapeInterval: number;
  readonly retention: number;
  readonly targets: readonly ScrapeTarget[];
  /** They are evaluated as often as targets are scraped. */
  readonly rules: readonly Rule[];
}

/** A page with metrics. */
export interface ScrapeTarget {
  readonly job: string;
  readonly address: string;
  readonly path: string;
  /** Labels of its own win over `job` and `instance`, as where it passes on the metrics of others. */
  readonly honorLabels: boolean;
}

/** A target with this key is the same one after a reload. */
export const targetKey = (target: ScrapeTarget): string => JSON.stringify(target);
