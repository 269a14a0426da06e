import type { Expansion, Preset, PresetPlace } from '../../config/expand/preset.ts';
import { variableName } from '../../config/resolve/injected-variables.ts';
import type { EgressOptions } from '../../config/traffic.ts';
import type { PortConfig, Provides } from '../../config/types.ts';
import type {
  ClusterOptions,
  ListenerOptions,
  MatchOptions,
  ProxyOptions,
} from '../../programs/proxy/options.ts';
import { ENGINES } from '../engines/engine-name.ts';
import { processesIn } from '../processes-in.ts';
import { fillAccessLog } from '../traffic/access-log.ts';
import { carryOut, engineProblems } from '../traffic/carry-out.ts';
import { clusterOf, dependenciesOn } from '../traffic/clusters.ts';
import { fillRoute } from '../traffic/fill-routes.ts';
import { targetOf } from '../traffic/find-target.ts';
import { ownAddress, proxyFrame } from '../traffic/proxy-options.ts';
import { fillTracing } from '../traffic/tracing.ts';
import { fillClientTls } from './client-tls.ts';
import { egressOptions } from './options.ts';
import { egressProblems } from './problems.ts';
import { isOfBytes, type Upstream, upstreamsOf } from './upstreams.ts';

export const egress: Preset = {
  engines: ['embedded', ...ENGINES.filter((engine) => engine !== 'caddy')],
  options: egressOptions,
  ports: (options: EgressOptions) => portsOf(options),
  problems: (options: EgressOptions, place) => {
    const problems = egressProblems(options, place);
    if (problems.length > 0) return problems;
    return engineProblems(egressProxy(options, place), place, ({ listener, cluster }) => {
      const name = listener ?? cluster ?? '';
      return [
        { at: [...place.path, 'to', name], options: options.to[name] },
        { at: place.path, options },
      ];
    });
  },
  expand: (options: EgressOptions, place): Expansion => {
    const upstreams = upstreamsOf(options, place);
    const { dependsOn, reasons } = dependenciesOn(
      upstreams.flatMap(({ backends }) => backends),
      upstreams.flatMap(mirrorOf),
      place,
    );
    return {
      fields: {
        ...carryOut(egressProxy(options, place), place),
        ports: portsOf(options),
        dependsOn,
        provides: providesOf(options, upstreams, place),
      },
      ...{ detour: null, reasons, shared: [] },
      sendsTo: processesIn(fillTracing(options.tracing, place)?.endpoint),
    };
  },
};

/** Port of the forward proxy. */
const PROXY = 'proxy';

const portsOf = ({ to, forwardProxy = false }: EgressOptions): Readonly<Record<string, PortConfig>> => ({
  ...Object.fromEntries(Object.keys(to).map((name) => [name, 'auto'])),
  ...(forwardProxy ? { [PROXY]: 'auto' } : {}),
  admin: 'auto',
});

/** The options of the program. */
export const egressProxy = (options: EgressOptions, place: PresetPlace): ProxyOptions => {
  const upstreams = upstreamsOf(options, place);
  return {
    ...proxyFrame(place),
    listeners: [
      ...upstreams.map((upstream) => listenerOf(upstream, place)),
      ...(options.forwardProxy === true ? [forwardListener(upstreams, place)] : []),
    ],
    clusters: Object.fromEntries(upstreams.flatMap((upstream) => clustersOf(upstream, place))),
    accessLog: fillAccessLog(options.accessLog, place),
    tracing: fillTracing(options.tracing, place),
  };
};

const listenerOf = (upstream: Upstream, place: PresetPlace): ListenerOptions => {
  const { name, policies, backends } = upstream;
  const base = targetOf(backends[0]?.backend ?? '', place).base;
  const to = [{ cluster: name, weight: 1 }];
  return {
    ...{ name, tls: null, redirectTo: null, forwarded: 'none' },
    kind: isOfBytes(upstream, place) ? 'tcp' : 'http',
    listen: ownAddress(name, place),
    routes: [{ ...fillRoute(policies, { to, base }, place), ...mirrorTo(upstream) }],
  };
};

/** A request for a host in `to` has the policies of that name. Any other goes where it says. */
const forwardListener = (upstreams: readonly Upstream[], place: PresetPlace): ListenerOptions => ({
  ...{ name: PROXY, kind: 'forward', tls: null, redirectTo: null, forwarded: 'none' },
  listen: ownAddress(PROXY, place),
  routes: upstreams.flatMap((upstream) => {
    const hosts = plainHosts(upstream, place);
    const to = [{ cluster: upstream.name, weight: 1 }];
    const route = { ...fillRoute(upstream.policies, { to, base: null }, place), ...mirrorTo(upstream) };
    return hosts.length === 0 ? [] : [{ ...route, matches: hosts.map(hostMatch) }];
  }),
});

/** What has TLS goes through a forward proxy as a tunnel. */
const plainHosts = ({ backends }: Upstream, place: PresetPlace): readonly string[] =>
  backends.flatMap(({ backend }) => {
    const { scheme, endpoints } = targetOf(backend, place);
    return scheme === 'http' ? endpoints.flatMap(({ host }) => host ?? []) : [];
  });

const hostMatch = (host: string): MatchOptions => ({
  ...{ path: null, queryParams: [], method: null },
  headers: [{ name: 'host', type: 'Exact', value: host }],
});

const clustersOf = (
  upstream: Upstream,
  place: PresetPlace,
): readonly (readonly [string, ClusterOptions])[] => {
  const { name, backends, policies, tls } = upstream;
  const targets = backends.map(({ backend }) => targetOf(backend, place));
  const [mirror] = mirrorOf(upstream);
  return [
    [name, { ...clusterOf(targets, policies), label: name, tls: fillClientTls(tls, targets, place) }],
    ...(mirror === undefined
      ? []
      : [[mirrorName(name), clusterOf([targetOf(mirror.backend, place)], policies)] as const]),
  ];
};

const mirrorOf = ({ policies: { requestMirror }, own, path }: Upstream) => {
  if (requestMirror === undefined) return [];
  const at = own?.requestMirror === undefined ? path.slice(0, -2) : path;
  return [{ backend: requestMirror.to, weight: 1, path: [...at, 'requestMirror', 'to'] }];
};

/** A name in `to` has no dot. */
const mirrorName = (name: string): string => `${name}.mirror`;

const mirrorTo = ({ name, policies: { requestMirror } }: Upstream) =>
  requestMirror === undefined
    ? {}
    : { requestMirror: { cluster: mirrorName(name), percent: requestMirror.percent ?? 100 } };

/** An app starts after its egress, as what waits for it does. Nothing else can rely on it. */
const providesOf = (
  { forwardProxy = false }: EgressOptions,
  upstreams: readonly Upstream[],
  place: PresetPlace,
): Provides => {
  const addressOf = (port: string): string => `http://127.0.0.1:\${ports.${place.name}.${port}}`;
  const urls = upstreams
    .filter((upstream) => !isOfBytes(upstream, place))
    .map(({ name }) => [`${variableName(name)}_URL`, addressOf(name)] as const);
  return {
    env: {
      ...Object.fromEntries(urls),
      ...(forwardProxy ? { ...proxyVariables(addressOf(PROXY)), NODE_USE_ENV_PROXY: '1' } : {}),
    },
    to: [...new Set([...place.apps, ...place.dependents])],
  };
};

/** Some programs read only one spelling; curl takes `http_proxy` and not `HTTP_PROXY`. */
const proxyVariables = (address: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries({
      HTTP_PROXY: address,
      HTTPS_PROXY: address,
      NO_PROXY: '127.0.0.1,localhost,::1',
    }).flatMap(([name, value]) => [
      [name, value],
      [name.toLowerCase(), value],
    ]),
  );
