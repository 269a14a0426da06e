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
  /^(?:(?:\[[^\]]*\]|\d+(?:\.\d+){3}|localhost|):)?(?:(?<from>\d*)(?:-(?<to>\d+))?:)?(?<target>\d+)(?:-(?<last>\d+))?(?:\/(?<protocol>tcp|udp))?$/;

const shortForm = (entry: string, reportLoss: ReportLoss): readonly ComposePort[] => {
  const groups = SHORT.exec(entry)?.groups;
  if (groups === undefined) {
    reportLoss(`the port '${entry}' cannot be read`);
    return [];
  }
  const first = Number(groups['target']);
  const count = Number(groups['last'] ?? first) - first + 1;
  if (count < 1 || count > LONGEST_RANGE) {
    reportLoss(`the ports '${entry}', a range of ${count}: declare those that are needed`);
    return [];
  }
  const from = groups['from'] ? Number(groups['from']) : null;
  const isOneToOne =
    groups['to'] === undefined ? count === 1 : Number(groups['to']) - Number(from) + 1 === count;
  const protocol = groups['protocol'] === 'udp' ? 'udp' : 'tcp';
  return Array.from({ length: count }, (_, at) => ({
    port: first + at,
    published: from === null || !isOneToOne ? null : from + at,
    protocol,
  }));
};
