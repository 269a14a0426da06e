import type {
  ClusterOptions,
  ListenerOptions,
  ProxyOptions,
  RouteOptions,
} from '../../programs/proxy/options.ts';
import { CLUSTER_DEFAULTS, ROUTE_DEFAULTS } from './defaults.ts';
import { ENGINES, type EngineName } from './engine-name.ts';
import { RETRIED_STATUS as HAPROXY_STATUS, isRetryWord as isHaproxyWord } from './haproxy/retries.ts';
import { isRetryWord as isNginxWord, RETRIED_STATUS as NGINX_STATUS } from './nginx/retries.ts';

/** An option that is set and that an engine cannot carry out. */
export interface Lack {
  /** The option's public name, within the place: `retry.perRetry.timeout`. */
  readonly option: string;
  readonly place: LackPlace;
  /** The engines that can, `embedded` first. */
  readonly able: readonly string[];
}

/** Index of the listener and of its route, or the name of the cluster; `null`: the sidecar as a whole. */
export type LackPlace =
  | { readonly listener: number; readonly route: number }
  | { readonly cluster: string }
  | null;

/** An option that not every engine has. What is only at its default is not asked for. */
interface Feature {
  readonly option: string;
  /** The values that are meant where it is not any, in words. */
  readonly values?: string;
  readonly able: readonly EngineName[];
  readonly whole?: (options: ProxyOptions) => boolean;
  /** True if the route asks for it. Some engines can do a part: then it depends on the engine. */
  readonly route?: (route: RouteOptions, engine: EngineName) => boolean;
  readonly cluster?: (cluster: ClusterOptions, engine: EngineName) => boolean;
}

const { retry: RETRY } = ROUTE_DEFAULTS;
const { circuitBreaker: BREAKER, passive: PASSIVE } = CLUSTER_DEFAULTS;

const isKind =
  (kind: ListenerOptions['kind']) =>
  ({ listeners }: ProxyOptions): boolean =>
    listeners.some((listener) => listener.kind === kind);

/** In the order of the table in docs/sidecars/engines.md. */
export const FEATURES: readonly Feature[] = [
  { option: 'forwardProxy', able: [], whole: isKind('forward') },
  { option: 'tracing', able: [], whole: ({ tracing }) => tracing !== null },
  { option: 'protocol', values: '`tcp`', able: ['haproxy', 'nginx'], whole: isKind('tcp') },
  { option: 'proxyProtocol', able: ['haproxy'], cluster: ({ proxyProtocol }) => proxyProtocol !== null },
  {
    option: 'to',
    values: 'servers that are asked for different hosts',
    able: [],
    // Several servers that are asked for different hosts.
    cluster: ({ endpoints }) => new Set(endpoints.map(({ host }) => host)).size > 1,
  },
  {
    option: 'to.weight',
    values: 'or a list without weights',
    able: ['haproxy', 'nginx'],
    route: ({ to }) => to.length > 1,
    cluster: ({ endpoints }) => new Set(endpoints.map(({ weight }) => weight)).size > 1,
  },
  {
    option: 'matches.queryParams',
    able: ['haproxy', 'nginx', 'caddy'],
    route: ({ matches }, engine) =>
      matches.some(({ queryParams }) => queryParams.some((match) => !canMatchQuery(match, engine))),
  },
  {
    option: 'loadBalancer.by',
    able: ['haproxy', 'nginx', 'caddy'],
    cluster: ({ loadBalancer }, engine) =>
      loadBalancer.type === 'ConsistentHash' && !canHash(loadBalancer.by, engine),
  },
  { option: 'timeouts.request', able: [], route: ({ timeouts }) => timeouts.request !== 0 },
  {
    option: 'retry.numRetries',
    able: ['haproxy', 'nginx'],
    route: ({ retry }) => retry.numRetries !== RETRY.numRetries,
  },
  {
    option: 'retry.retryOn',
    able: ['haproxy', 'nginx', 'caddy'],
    route: ({ retry }, engine) =>
      !isSame(retry.retryOn, RETRY.retryOn) && !retry.retryOn.every((word) => canRetryOn(word, engine)),
  },
  {
    option: 'retry.retriableStatusCodes',
    able: ['haproxy', 'nginx'],
    route: ({ retry }, engine) => !retry.statusCodes.every((code) => RETRIED_STATUS[engine].has(code)),
  },
  { option: 'retry.retriableHeaders', able: [], route: ({ retry }) => retry.headers.length > 0 },
  { option: 'retry.perRetry.timeout', able: [], route: ({ retry }) => retry.perRetryTimeout !== 0 },
  {
    option: 'retry.perRetry.backOff',
    values: "or Dapr's `policy`",
    able: ['caddy'],
    route: ({ retry }, engine) =>
      !isSame(retry.backOff, RETRY.backOff) && !(engine === 'caddy' && retry.backOff.policy === 'constant'),
  },
  {
    option: 'retry.bodyLimit',
    able: ['haproxy'],
    route: ({ retry }) => retry.bodyLimit !== RETRY.bodyLimit,
  },
  {
    option: 'circuitBreaker.maxPendingRequests',
    able: ['haproxy'],
    cluster: ({ circuitBreaker }) => circuitBreaker.maxPendingRequests !== BREAKER.maxPendingRequests,
  },
  {
    option: 'circuitBreaker.retryBudget',
    able: [],
    cluster: ({ circuitBreaker }) => !isSame(circuitBreaker.retryBudget, BREAKER.retryBudget),
  },
  {
    option: 'circuitBreaker.trip',
    able: [],
    cluster: ({ circuitBreaker }) => circuitBreaker.trip !== null,
  },
  {
    option: 'healthCheck.passive.interval',
    able: ['haproxy'],
    cluster: ({ passive }) => passive !== null && passive.interval !== PASSIVE.interval,
  },
  {
    option: 'healthCheck.passive.maxEjectionTime',
    able: [],
    cluster: ({ passive }) => passive !== null && passive.maxEjectionTime !== PASSIVE.maxEjectionTime,
  },
  {
    option: 'healthCheck.passive.maxEjectionPercent',
    values: 'but 100',
    able: [],
    // They take out whichever fail, which is 100 %.
    cluster: ({ passive }) =>
      passive !== null && ![PASSIVE.maxEjectionPercent, 100].includes(passive.maxEjectionPercent),
  },
  {
    option: 'healthCheck.passive.alwaysEjectOneEndpoint',
    able: [],
    cluster: ({ passive }) => passive?.alwaysEjectOneEndpoint === true,
  },
  { option: 'healthCheck.active', able: ['haproxy', 'caddy'], cluster: ({ active }) => active !== null },
  {
    option: 'healthCheck.active.unhealthyThreshold',
    able: ['haproxy'],
    cluster: ({ active }) => active !== null && active.unhealthyThreshold !== 3,
  },
  {
    option: 'healthCheck.active.healthyThreshold',
    able: ['haproxy'],
    cluster: ({ active }) => active !== null && active.healthyThreshold !== 1,
  },
  { option: 'rateLimit', able: ['haproxy', 'nginx'], route: ({ rateLimit }) => rateLimit !== null },
  {
    option: 'rateLimit.burst',
    able: ['nginx'],
    route: ({ rateLimit }) => rateLimit !== null && rateLimit.burst !== rateLimit.requests,
  },
  {
    option: 'rateLimit.unit',
    values: '`Hour`, but for whole requests a minute',
    able: ['haproxy'],
    // nginx counts whole requests of a second or a minute.
    route: ({ rateLimit }) =>
      rateLimit !== null && rateLimit.unit === 'Hour' && rateLimit.requests % 60 !== 0,
  },
  {
    option: 'faultInjection.delay',
    able: ['haproxy'],
    route: ({ faultInjection }) => (faultInjection?.delay ?? null) !== null,
  },
  {
    option: 'faultInjection.abort',
    able: ['haproxy', 'nginx'],
    route: ({ faultInjection }) => (faultInjection?.abort ?? null) !== null,
  },
  {
    option: 'faultInjection.abort.grpcStatus',
    able: ['haproxy'],
    route: ({ faultInjection }) => (faultInjection?.abort?.grpcStatus ?? null) !== null,
  },
  {
    option: 'faultInjection.byHeader',
    able: [],
    route: ({ faultInjection }) => faultInjection?.byHeader === true,
  },
  {
    option: 'faultInjection.failFirst',
    able: [],
    route: ({ faultInjection }) => (faultInjection?.failFirst ?? 0) > 0,
  },
  {
    option: 'faultInjection.failEvery',
    able: [],
    route: ({ faultInjection }) => (faultInjection?.failEvery ?? 0) > 0,
  },
  { option: 'requestMirror', able: ['nginx'], route: ({ requestMirror }) => requestMirror !== null },
  {
    option: 'holdFor',
    able: ['haproxy', 'caddy'],
    // nginx never waits.
    cluster: ({ holdFor }) => holdFor !== CLUSTER_DEFAULTS.holdFor && holdFor !== 0,
  },
];

/** What an engine cannot carry out of these options. */
export const lacksOf = (engine: EngineName, options: ProxyOptions): readonly Lack[] =>
  FEATURES.flatMap((feature) =>
    placesOf(feature, options, engine)
      .filter((place) => !isAble(feature, place, options, engine))
      .map((place) => ({ option: feature.option, place, able: ableFor(feature, place, options) })),
  );

const placesOf = (
  { whole, route, cluster }: Feature,
  options: ProxyOptions,
  engine: EngineName,
): readonly LackPlace[] => [
  ...(whole?.(options) === true ? [null] : []),
  ...options.listeners.flatMap(({ routes }, listener) =>
    routes.flatMap((each, index) => (route?.(each, engine) === true ? [{ listener, route: index }] : [])),
  ),
  ...Object.entries(options.clusters).flatMap(([name, each]) =>
    cluster?.(each, engine) === true ? [{ cluster: name }] : [],
  ),
];

/** An engine that has a feature in part asks whether this is the part. */
const isAble = (feature: Feature, place: LackPlace, options: ProxyOptions, engine: EngineName): boolean =>
  feature.able.includes(engine) && (!isPartial(feature) || !asks(feature, place, options, engine));

const ableFor = (feature: Feature, place: LackPlace, options: ProxyOptions): readonly string[] => [
  'embedded',
  ...ENGINES.filter((engine) => isAble(feature, place, options, engine)),
];

const isPartial = ({ route, cluster }: Feature): boolean => route?.length === 2 || cluster?.length === 2;

const asks = (
  { route, cluster }: Feature,
  place: LackPlace,
  options: ProxyOptions,
  engine: EngineName,
): boolean => {
  if (place === null) return false;
  if ('cluster' in place) {
    const found = options.clusters[place.cluster];
    return found !== undefined && cluster?.(found, engine) === true;
  }
  const found = options.listeners[place.listener]?.routes[place.route];
  return found !== undefined && route?.(found, engine) === true;
};

type Query = RouteOptions['matches'][number]['queryParams'][number];

/** A parameter is a variable of nginx's, which has letters, digits and `_`. */
const canMatchQuery = ({ type, name, value }: Query, engine: EngineName): boolean => {
  if (engine === 'nginx') return /^\w+$/.test(name);
  if (engine === 'caddy') return type !== 'RegularExpression' && !/^\*|\*$/.test(value);
  return true;
};

type By = Extract<ClusterOptions['loadBalancer'], { readonly type: 'ConsistentHash' }>['by'];

const canHash = (by: By, engine: EngineName): boolean => {
  if (by.type === 'SourceIP' || by.type === 'Header') return true;
  if (engine === 'nginx') return /^\w+$/.test(by.name);
  return engine === 'haproxy';
};

const CADDY_WORDS: ReadonlySet<string> = new Set([
  'connect-failure',
  'refused-stream',
  'reset',
  'reset-before-request',
]);

const canRetryOn = (word: string, engine: EngineName): boolean => {
  if (engine === 'haproxy') return isHaproxyWord(word);
  return engine === 'nginx' ? isNginxWord(word) : CADDY_WORDS.has(word);
};

const RETRIED_STATUS: Readonly<Record<EngineName, ReadonlySet<number>>> = {
  haproxy: HAPROXY_STATUS,
  nginx: NGINX_STATUS,
  caddy: new Set(),
};

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
