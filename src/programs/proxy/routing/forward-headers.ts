import type { RawHeaders } from '../http/upstream.ts';
import { addForwarded } from './forwarded.ts';
import type { ForwardedRequest, TakenHeaders } from './forwarded-request.ts';
import { hopTest } from './hop-by-hop.ts';
import { isTraceparent, newRequestId, newTraceparent } from './ids.ts';
import { listed } from './raw-headers.ts';

/** How often a request may come through a proxy of sidecarctl before that counts as a loop. */
export const MOST_HOPS = 10;

/** Counts the proxies that a request has come through. */
const HOPS = 'x-sidecarctl-hops';

/** Headers as an endpoint gets them, and what the proxy itself needs of them. */
export interface ForwardedHeaders {
  readonly headers: string[];
  readonly requestId: string;
  /** `X-Forwarded-For` as it goes out, for the log; `null` without. */
  readonly forwardedFor: string | null;
  /** True: the request has come through too many proxies, and gets a 508. */
  readonly isLoop: boolean;
}

/** The headers of a request as they go on to an endpoint. */
export const forwardHeaders = (request: ForwardedRequest): ForwardedHeaders => {
  const out: string[] = request.host === null ? [] : ['host', request.host];
  const taken = keepEndToEnd(request.headers, out);
  if (request.isUpgrade && taken.upgrade !== null)
    out.push('connection', 'upgrade', 'upgrade', taken.upgrade);
  if (request.keepsTe && taken.te !== null && listed(taken.te).includes('trailers'))
    out.push('te', 'trailers');
  const forwardedFor = addForwarded(request, taken, out);
  const requestId = taken.requestId ?? newRequestId();
  out.push('x-request-id', requestId);
  addTrace(request, taken, out);
  const hops = hopsOf(taken.hops);
  out.push(HOPS, String(hops));
  return { headers: out, requestId, forwardedFor, isLoop: hops > MOST_HOPS };
};

const keepEndToEnd = (headers: RawHeaders, out: string[]): TakenHeaders => {
  const endsHere = hopTest(headers);
  const taken = nothingTaken();
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? '';
    const value = headers[at + 1] ?? '';
    const lower = name.toLowerCase();
    const field = TAKEN.get(lower);
    if (field === undefined) {
      if (!endsHere(lower) && lower !== 'host') out.push(name, value);
    } else if (OF_THIS_HOP.has(field) || !endsHere(lower)) {
      const before = taken[field];
      taken[field] = before === null ? value : `${before}, ${value}`;
    }
  }
  return taken;
};

const nothingTaken = (): TakenHeaders => ({
  upgrade: null,
  te: null,
  hops: null,
  requestId: null,
  traceparent: null,
  tracestate: null,
  'x-forwarded-for': null,
  'x-forwarded-proto': null,
  'x-forwarded-host': null,
  'x-forwarded-port': null,
  forwarded: null,
});

const TAKEN: ReadonlyMap<string, keyof TakenHeaders> = new Map([
  ['upgrade', 'upgrade'],
  ['te', 'te'],
  [HOPS, 'hops'],
  ['x-request-id', 'requestId'],
  ['traceparent', 'traceparent'],
  ['tracestate', 'tracestate'],
  ['x-forwarded-for', 'x-forwarded-for'],
  ['x-forwarded-proto', 'x-forwarded-proto'],
  ['x-forwarded-host', 'x-forwarded-host'],
  ['x-forwarded-port', 'x-forwarded-port'],
  ['forwarded', 'forwarded'],
]);

/** They are read although they end here: the loop guard too, which nobody may switch off by naming it. */
const OF_THIS_HOP: ReadonlySet<keyof TakenHeaders> = new Set(['upgrade', 'te', 'hops']);

/** Without a span of the proxy's, a trace goes on as it is. One that cannot be read takes its state with it (W3C 3.2). */
const addTrace = (
  { traceparent: own, startsSampled }: ForwardedRequest,
  { traceparent, tracestate }: TakenHeaders,
  out: string[],
): void => {
  const goesOn = traceparent !== null && isTraceparent(traceparent) ? traceparent : null;
  out.push('traceparent', own ?? goesOn ?? newTraceparent(startsSampled));
  if (goesOn !== null && tracestate !== null) out.push('tracestate', tracestate);
};

/** Including this one. Nobody else writes the header: what is no number counts as none. */
const hopsOf = (written: string | null): number =>
  (written !== null && /^\d{1,4}$/.test(written) ? Number(written) : 0) + 1;
