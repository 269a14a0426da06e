import type { Expansion, Preset, PresetPlace } from '../../config/expand/preset.ts';
import { variableName } from '../../config/resolve/injected-variables.ts';
import type { AmbassadorOptions } from '../../config/traffic.ts';
import type { PortConfig, Provides } from '../../config/types.ts';
import type {
  ClusterOptions,
  ListenerOptions,
  ProxyOptions,
  RouteOptions,
} from '../../programs/proxy/options.ts';
import { literal } from '../embedded-program.ts';
import { ENGINES } from '../engines/engine-name.ts';
import { processesIn } from '../processes-in.ts';
import { fillAccessLog } from '../traffic/access-log.ts';
import { mergedEndpoints, placedBackends } from '../traffic/backends.ts';
import { carryOut, engineProblems } from '../traffic/carry-out.ts';
import { clusterOf, clustersOf, usedBackends } from '../traffic/clusters.ts';
import { fillRoutes } from '../traffic/fill-routes.ts';
import { targetOf } from '../traffic/find-target.ts';
import { findHttpNeeds } from '../traffic/http-needs.ts';
import { ownAddress, proxyFrame } from '../traffic/proxy-options.ts';
import { fillServerTls } from '../traffic/server-tls.ts';
import { fillTracing } from '../traffic/tracing.ts';
import { ambassadorOptions } from './options.ts';
import { ambassadorProblems } from './problems.ts';

export const ambassador: Preset = {
  engines: ['embedded', ...ENGINES],
  options: ambassadorOptions,
  ports: (options: AmbassadorOptions) => portsOf(options),
  problems: (options: AmbassadorOptions, place) => {
    const problems = ambassadorProblems(options, place);
    return problems.length > 0
      ? problems
      : engineProblems(ambassadorProxy(options, place), place, ({ route }) => [
          { at: [...place.path, 'routes', route ?? ''], options: options.routes?.[route ?? -1] },
          { at: place.path, options },
        ]);
  },
  expand: (options: AmbassadorOptions, place): Expansion => {
    const used = usedBackends(options, place);
    return {
      fields: {
        ...carryOut(ambassadorProxy(options, place), place),
        ports: portsOf(options),
        dependsOn: used.dependsOn,
        provides: providesOf(options, place),
      },
      detour: null,
      reasons: used.reasons,
      shared: [...TRUST],
      sendsTo: processesIn(fillTracing(options.tracing, place)?.endpoint),
    };
  },
};

type Ports = Readonly<Record<string, PortConfig>>;

const portsOf = (options: AmbassadorOptions): Ports => ({
  [mainPort(options)]: options.port ?? 'auto',
  ...(options.redirectPort === undefined ? {} : { http: options.redirectPort }),
  admin: 'auto',
});

const mainPort = ({ protocol, tls = false }: AmbassadorOptions): 'tcp' | 'https' | 'http' => {
  if (protocol === 'tcp') return 'tcp';
  return tls === false ? 'http' : 'https';
};

/** The options of the program. */
export const ambassadorProxy = (options: AmbassadorOptions, place: PresetPlace): ProxyOptions => ({
  ...proxyFrame(place),
  listeners: [mainListener(options, place), ...redirectListener(options, place)],
  clusters:
    kindOf(options, place) === 'http' ? clustersOf(options, place) : { [ONLY]: onlyCluster(options, place) },
  accessLog: fillAccessLog(options.accessLog, place),
  tracing: fillTracing(options.tracing, place),
});

/** Name of the cluster of what is not routed by requests. */
const ONLY = 'app';

const onlyCluster = (options: AmbassadorOptions, place: PresetPlace): ClusterOptions => {
  const backends = placedBackends(options.to, place.path);
  const targets = backends.map(({ backend }) => targetOf(backend, place));
  const endpoints = mergedEndpoints(backends, place);
  return { ...clusterOf(targets, options), endpoints };
};

const mainListener = (options: AmbassadorOptions, place: PresetPlace): ListenerOptions => {
  const name = mainPort(options);
  const kind = kindOf(options, place);
  const { tls = false, forwarded = 'x-forwarded' } = options;
  return {
    ...{ name, kind, redirectTo: null, forwarded },
    listen: ownAddress(name, place),
    tls: fillServerTls(tls, kind === 'tcp' ? [] : ['h2', 'http/1.1'], place),
    routes: routesOf(options, kind, place),
  };
};

const routesOf = (
  options: AmbassadorOptions,
  kind: ListenerOptions['kind'],
  place: PresetPlace,
): readonly RouteOptions[] => {
  const routes = fillRoutes(options, options.routes ?? [], place);
  return kind === 'http' ? routes : routes.map((route) => ({ ...route, to: [{ cluster: ONLY, weight: 1 }] }));
};

/** TLS without an option that is about requests, and without spans of them, passes HTTP/1.1 on as bytes, which costs a fifth. */
const kindOf = (options: AmbassadorOptions, place: PresetPlace): 'http' | 'tcp' | 'auto' => {
  const { protocol, tls = false, accessLog, to } = options;
  if (protocol === 'tcp') return 'tcp';
  const isLogged = accessLog !== undefined && accessLog !== false;
  const isAsked = protocol !== undefined || isLogged || fillTracing(options.tracing, place) !== null;
  if (tls === false || isAsked || Array.isArray(to) || findHttpNeeds(options).length > 0) return 'http';
  return placedBackends(to, place.path).every(({ backend }) => targetOf(backend, place).scheme === null)
    ? 'auto'
    : 'http';
};

const redirectListener = (options: AmbassadorOptions, place: PresetPlace): readonly ListenerOptions[] =>
  options.redirectPort === undefined
    ? []
    : [
        {
          ...{ name: 'http', kind: 'redirect', tls: null, routes: [], forwarded: 'none' },
          listen: ownAddress('http', place),
          redirectTo: `localhost:\${ports.${place.name}.https}`,
        },
      ];

/** Variables with the CA of the user, which two sidecars may give to the same process. */
const TRUST = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'];

/** Who gets the URL can trust the certificate, too. */
const providesOf = (options: AmbassadorOptions, place: PresetPlace): Provides => {
  const port = mainPort(options);
  const { tls = false, trust = 'node' } = options;
  const hasLocalCertificate = tls === true || (tls !== false && tls.cert === undefined);
  const url = `${port}://localhost:\${ports.${place.name}.${port}}`;
  const { node, bundle } = place.certificates;
  const [first, ...replaced] = TRUST;
  const trusted = trust === 'all' ? replaced : [];
  return {
    env: {
      ...(port === 'tcp' ? {} : { [`${variableName(place.name)}_URL`]: url }),
      ...(hasLocalCertificate
        ? {
            [first ?? '']: literal(node),
            ...Object.fromEntries(trusted.map((name) => [name, literal(bundle)])),
          }
        : {}),
    },
  };
};
