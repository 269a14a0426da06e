import type { Machine } from '../../reading/machine.ts';
import { type Data, record, text } from '../../reading/read-yaml.ts';

/**
 * What a container is told of its resources, in whole units of the divisor: its own limits and requests, and what this
 * machine has where it sets no limit. Null for a resource that nobody knows.
 *
 * @example
 * resourceOf({ resource: 'limits.memory', divisor: '1Mi' }, { resources: { limits: { memory: '1Gi' } } }, machine) // '1024'
 */
export const resourceOf = (
  { resource, divisor }: Data,
  container: Data,
  machine: Pick<Machine, 'cpus' | 'memory'>,
): string | null => {
  const [, kind, name = ''] = /^(limits|requests)\.(.+)$/.exec(text(resource) ?? '') ?? [];
  const node: Readonly<Record<string, number>> = { cpu: machine.cpus, memory: machine.memory };
  if (kind === undefined || !(name in node || name === 'ephemeral-storage')) return null;
  const { limits, requests } = record(container['resources']);
  const limit = quantity(record(limits)[name]);
  const amount =
    kind === 'limits' ? (limit ?? node[name] ?? 0) : (quantity(record(requests)[name]) ?? limit ?? 0);
  const unit = quantity(divisor) ?? 0;
  return String(Math.ceil(rounded(amount / (unit === 0 ? 1 : unit))));
};

/** Decimal fractions of cores are no binary ones. */
const rounded = (value: number): number => Number(value.toPrecision(15));

/** A quantity of Kubernetes as a number: `500m` is 0.5, `1Ki` is 1024. */
const quantity = (written: unknown): number | undefined => {
  const [, digits, unit = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text(written) ?? '') ?? [];
  const factor = UNITS[unit];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
};

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  ...{ k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};
