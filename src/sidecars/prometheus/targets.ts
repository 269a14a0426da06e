import type { NeighborPort, PresetPlace } from '../../config/expand/preset.ts';
import type { PrometheusOptions, ScrapeEntry } from '../../config/prometheus.ts';
import type { FieldPath } from '../../model/failures/config-problem.ts';
import type { ScrapeTarget } from '../../programs/prometheus/options.ts';
import { findNeighbor, urlHost } from '../neighbor.ts';

const METRICS = '/metrics';

/** What telemetry has received, under the labels of those who sent it. */
const FEDERATED = '/federate';

/** An entry of `scrape` that is no `auto`, with its place. */
export interface PlacedEntry {
  readonly entry: Exclude<ScrapeEntry, string>;
  /** Of the name of its port. */
  readonly path: FieldPath;
}

/** Everything that is scraped, each page once. */
export const targetsOf = (options: PrometheusOptions, place: PresetPlace): readonly ScrapeTarget[] => {
  const all = [
    ...(isAuto(options) ? automatic(place) : []),
    ...placedEntries(options, place).flatMap((placed) => targetsOfEntry(placed, place)),
  ];
  // An entry that is found by itself, too, is the one that was written.
  const byPage = new Map(all.map((target) => [`${target.address} ${target.path}`, target]));
  return [...byPage.values()];
};

const isAuto = ({ scrape = 'auto' }: PrometheusOptions): boolean =>
  scrape === 'auto' || scrape.includes('auto');

export const placedEntries = (
  { scrape = 'auto' }: PrometheusOptions,
  { path }: PresetPlace,
): readonly PlacedEntry[] =>
  scrape === 'auto'
    ? []
    : scrape.flatMap((entry, index) => {
        const at = [...path, 'scrape', index];
        if (entry === 'auto') return [];
        return typeof entry === 'string'
          ? [{ entry: { to: entry }, path: at }]
          : [{ entry, path: [...at, 'to'] }];
      });

const automatic = (place: PresetPlace): readonly ScrapeTarget[] => [
  pageOf(place.name, ownAdmin(place), METRICS),
  ...[...place.neighbors].flatMap(([process, ports]) => {
    const use = place.uses.get(process);
    const tcp = ports.filter(({ protocol }) => protocol === 'tcp');
    const found = tcp.filter(({ name }) => name === 'metrics' || (name === 'admin' && use !== undefined));
    return [
      ...found.map((port) => pageOf(process, addressOf(process, port), METRICS)),
      ...(use === 'telemetry' ? tcp.filter(({ name }) => name === 'admin') : []).map((port) => ({
        ...pageOf(`${process}-federate`, addressOf(process, port), FEDERATED),
        honorLabels: true,
      })),
    ];
  }),
];

const ownAdmin = ({ name, hostOf }: PresetPlace): string =>
  `${urlHost(hostOf('admin'))}:\${ports.${name}.admin}`;

const targetsOfEntry = ({ entry, path }: PlacedEntry, place: PresetPlace): readonly ScrapeTarget[] => {
  const { to, path: page = METRICS, job } = entry;
  if (typeof to === 'object') {
    const address = `${urlHost(to.host ?? '127.0.0.1')}:${to.port}`;
    return [pageOf(job ?? address, address, page)];
  }
  const found = findNeighbor(to, place, path);
  if (!found.ok) throw new Error(`the target ${to} was let through`);
  const { members, port } = found.value;
  return members.map((member) => pageOf(job ?? member, addressOf(member, port), page));
};

const pageOf = (job: string, address: string, path: string): ScrapeTarget => ({
  ...{ job, address, path },
  honorLabels: false,
});

const addressOf = (process: string, { name, host }: NeighborPort): string =>
  `${urlHost(host)}:\${ports.${process}.${name}}`;
