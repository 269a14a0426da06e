import type { LogOutput } from '../../../config/observe/log-outputs.ts';

type KindOf<Output> = Output extends unknown ? Exclude<keyof Output, 'name'> : never;

export type OutputKind = KindOf<LogOutput>;

export const OUTPUT_KINDS: readonly OutputKind[] = [
  ...(['http', 'loki', 'elasticsearch', 'otlp', 'syslog', 'forward', 'file', 'stdout'] as const),
];

/** The kinds that an output names: exactly one, once `outputProblems` has let it through. */
export const kindsOf = (output: object): readonly OutputKind[] =>
  OUTPUT_KINDS.filter((kind) => (output as Readonly<Record<string, unknown>>)[kind] !== undefined);
