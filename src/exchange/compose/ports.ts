import type { Variables } from '../../model/env-file.ts';
import { interpolatedNow } from '../form/interpolation.ts';
import type { ReportLoss } from '../form/losses.ts';
import { list, number, record, text } from '../reading/read-yaml.ts';

export interface ComposePort {
  /** Port that the program listens on, in its container and on this machine. */
  readonly port: number;
  /** Port on the host, or null if the engine chooses it. */
  readonly published: number | null;
  readonly protocol: 'tcp' | 'udp';
}

/** A longer range is not expanded, because nobody would write such a list. */
const LONGEST_RANGE = 10;

/** Reads a service's `ports` (`8080:80`, `127.0.0.1:3000-3002:3000-3002/udp`, the long form) and `expose`. */
export const readPorts = (
  service: { readonly ports?: unknown; readonly expose?: unknown },
  variables: Variables,
  reportLoss: ReportLoss,
): readonly ComposePort[] => {
  const now = (entry: unknown): string => interpolatedNow(text(entry) ?? '', variables, reportLoss);
  const published = list(service.ports).flatMap((entry) =>
    typeof entry === 'object' ? longForm(record(entry), now) : shortForm(now(entry), reportLoss),
  );
  const exposed = list(service.expose).flatMap((entry) => shortForm(now(entry), reportLoss));
  const all = [...published, ...exposed];
  return all.filter(
    ({ port, protocol }, at) =>
      all.findIndex((other) => other.port === port && other.protocol === protocol) === at,
  );
};

const longForm = (
  entry: Readonly<Record<string, unknown>>,
  now: (value: unknown) => string,
): readonly ComposePort[] => {
  const port = number(now(entry['target']));
  if (port === undefined) return [];
  const protocol = entry['protocol'] === 'udp' ? 'udp' : 'tcp';
  return [{ port, published: number(now(entry['published'])) ?? null, protocol }];
};

const SHORT =
  /^(?:(?<host>\[[^\]]*\]|\d+(?:\.\d+){3}|localhost|):)?(?:(?<from>\d*)(?:-(?<to>\d+))?:)?(?<target>\d+)(?:-(?<last>\d+))?(?:\/(?<protocol>tcp|udp))?$/;

/** What a short form of `ports` says: a range of ports. */
export interface PortRange {
  /** Address on this machine as it is written, or undefined. */
  readonly host: string | undefined;
  readonly first: number;
  readonly count: number;
  /** Port on the host of the first, or null if the engine chooses it. */
  readonly from: number | null;
  readonly protocol: 'tcp' | 'udp';
}

/** Returns null for what is no port. */
export const parseRange = (entry: string): PortRange | null => {
  const groups = SHORT.exec(entry)?.groups;
  if (groups === undefined) return null;
  const first = Number(groups['target']);
  const count = Number(groups['last'] ?? first) - first + 1;
  const from = groups['from'] ? Number(groups['from']) : null;
  const isOneToOne =
    groups['to'] === undefined ? count === 1 : Number(groups['to']) - Number(from) + 1 === count;
  return {
    host: groups['host'] || undefined,
    first,
    count,
    from: isOneToOne ? from : null,
    protocol: groups['protocol'] === 'udp' ? 'udp' : 'tcp',
  };
};

const shortForm = (entry: string, reportLoss: ReportLoss): readonly ComposePort[] => {
  const range = parseRange(entry);
  if (range === null) {
    reportLoss(`the port '${entry}' cannot be read`);
    return [];
  }
  if (range.count < 1 || range.count > LONGEST_RANGE) {
    reportLoss(`the ports '${entry}', a range of ${range.count}: declare those that are needed`);
    return [];
  }
  return portsOf(range);
};

/** Each port of a range. */
export const portsOf = ({ first, count, from, protocol }: PortRange): readonly ComposePort[] =>
  Array.from({ length: count }, (_, at) => ({
    port: first + at,
    published: from === null ? null : from + at,
    protocol,
  }));
