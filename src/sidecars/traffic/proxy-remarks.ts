import type { OptionRemark } from '../../model/option-remark.ts';
import type { ClusterOptions, ProxyOptions, RouteOptions } from '../../programs/proxy/options.ts';
import { CLUSTER_DEFAULTS, ROUTE_DEFAULTS } from '../engines/defaults.ts';
import { effectivePassive } from '../engines/ejects.ts';

/** Finds what the options of a proxy allow, and hardly anybody wants. */
export const proxyRemarks = ({
  listeners,
  clusters,
}: Pick<ProxyOptions, 'listeners' | 'clusters'>): readonly OptionRemark[] => [
  ...Object.values(clusters).flatMap(ejectionRemarks),
  ...listeners
    .flatMap(({ routes }) => routes)
    .flatMap((route) => [...retryRemarks(route), ...streamRemarks(route)]),
];

/** Of what nobody has asked for, nothing is expected. */
const ejectionRemarks = (cluster: ClusterOptions): readonly OptionRemark[] => {
  const { label, endpoints, passive } = cluster;
  if (passive === null || endpoints.length < 2 || effectivePassive(cluster) !== null) return [];
  if (JSON.stringify(passive) === JSON.stringify(CLUSTER_DEFAULTS.passive)) return [];
  return [
    {
      ...{ kind: 'ejects-nobody', cluster: label, endpoints: endpoints.length },
      percent: passive.maxEjectionPercent,
      least: Math.ceil(100 / endpoints.length),
    },
  ];
};

/** Methods that are carried out again with every request (RFC 9110, section 9.2.2). */
const REPEATING = ['POST', 'PATCH'];

/** With these, the app has not seen the request. */
const UNSEEN: readonly string[] = ROUTE_DEFAULTS.retry.retryOn;

const retryRemarks = ({ matches, retry }: RouteOptions): readonly OptionRemark[] => {
  const word = retry.retryOn.find((each) => !UNSEEN.includes(each));
  const method = matches.find((match) => REPEATING.includes(match.method ?? ''))?.method;
  return word === undefined || method == null || retry.numRetries === 0
    ? []
    : [{ kind: 'repeats-requests', method, word }];
};

/** Clients of server-sent events say so, and a route can ask for it. */
const streamRemarks = ({ matches, timeouts }: RouteOptions): readonly OptionRemark[] => {
  const isOfEvents = matches.some(({ headers }) =>
    headers.some(({ name, value }) => /^accept$/i.test(name) && value.includes('text/event-stream')),
  );
  return isOfEvents && timeouts.request > 0 ? [{ kind: 'cuts-stream', milliseconds: timeouts.request }] : [];
};
