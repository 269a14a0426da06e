import type { Route, TrafficFilters, TrafficPolicies } from '../../config/traffic.ts';

type Options = TrafficPolicies &
  TrafficFilters & { readonly routes?: readonly Route[]; readonly forwarded?: string };

/** Whole options that are about requests. */
const OF_REQUESTS = [
  ...['routes', 'retry', 'requestHeaders', 'responseHeaders', 'urlRewrite', 'requestRedirect', 'cors'],
  ...['requestMirror', 'faultInjection', 'rateLimit', 'forwarded'],
] as const;

const PARTS_OF_REQUESTS = {
  timeouts: ['request', 'backendRequest'],
  circuitBreaker: ['maxPendingRequests', 'maxParallelRequests', 'retryBudget'],
} as const;

/** Paths of the options that need requests, where a proxy of bytes has only connections. */
export const findHttpNeeds = (options: Options): readonly (readonly string[])[] => {
  const given = options as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  return [
    ...OF_REQUESTS.filter((field) => given[field] !== undefined).map((field) => [field]),
    ...Object.entries(PARTS_OF_REQUESTS).flatMap(([field, parts]) =>
      parts.filter((part) => given[field]?.[part] !== undefined).map((part) => [field, part]),
    ),
    ...(hashesRequests(options) ? [['loadBalancer', 'by']] : []),
  ];
};

const hashesRequests = ({ loadBalancer }: Options): boolean =>
  loadBalancer?.type === 'ConsistentHash' && loadBalancer.by.type !== 'SourceIP';
