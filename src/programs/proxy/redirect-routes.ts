import type { ListenerOptions, RouteOptions } from './options.ts';
import { portOf } from './routing/authority.ts';

/** Not permanent: a browser would remember it for a port that is another one tomorrow. The method stays. */
const STATUS = 307;

/** The routes of a listener. One that only redirects has a single route, to the same host on the other port. */
export const routesOf = ({ kind, routes, redirectTo, name }: ListenerOptions): readonly RouteOptions[] => {
  if (kind !== 'redirect') return routes;
  if (redirectTo === null) throw new Error(`${name} redirects, and 'redirectTo' does not say where`);
  return [redirectRoute(portOf(redirectTo))];
};

const NO_CHANGES = { set: {}, add: {}, remove: [] };

const redirectRoute = (port: number | null): RouteOptions => ({
  ...{ matches: [], to: [], requestHeaders: NO_CHANGES, responseHeaders: NO_CHANGES, urlRewrite: null },
  requestRedirect: { scheme: 'https', hostname: null, port, path: null, prefix: null, statusCode: STATUS },
  ...{ cors: null, requestMirror: null, faultInjection: null, rateLimit: null },
  timeouts: { request: 0, backendRequest: 0, idle: 0 },
  retry: {
    ...{ numRetries: 0, retryOn: [], statusCodes: [], headers: [], perRetryTimeout: 0, bodyLimit: 0 },
    backOff: { baseInterval: 0, maxInterval: 0, policy: 'constant' },
  },
});
