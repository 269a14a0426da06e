import type {
  Attempt,
  RawHeaders,
  Upstream,
  UpstreamRequest,
} from '../../../../src/programs/proxy/http/upstream.ts';
import { withDeadline } from '../../../support/deadline.ts';

export interface Collected {
  status: number;
  headers: RawHeaders;
  isWhole: boolean;
  information: number[];
  body: string;
  /** Of a response that came to its end. */
  trailers: RawHeaders | null;
  failure: string | null;
  cause: string | null;
}

/** A request with defaults. */
export const upstreamRequest = (change: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  ...{
    method: 'GET',
    path: '/',
    headers: [],
    scheme: 'http',
    authority: 'web.test',
    body: null,
    trailers: null,
    tunnel: null,
  },
  ...change,
});

/** Sends a request, and waits for everything that comes of it. */
export const collect = (
  upstream: Upstream,
  change: Partial<UpstreamRequest> = {},
  onAttempt: (attempt: Attempt) => void = () => undefined,
): Promise<Collected> => {
  const all: Collected = {
    ...{ status: 0, headers: [], isWhole: false, information: [], body: '' },
    ...{ trailers: null, failure: null, cause: null },
  };
  const { promise, resolve } = Promise.withResolvers<Collected>();
  const attempt = upstream.send(upstreamRequest(change), {
    onConnected: () => undefined,
    onInformation: (status) => all.information.push(status),
    onHead: (status, headers, isWhole) => Object.assign(all, { status, headers, isWhole }),
    onData: (chunk) => {
      all.body += chunk.toString('latin1');
      return true;
    },
    onEnd: (trailers) => resolve(Object.assign(all, { trailers })),
    onFailure: (failure, { message }) => resolve(Object.assign(all, { failure, cause: message })),
  });
  onAttempt(attempt);
  return withDeadline('the end of a request', promise, () => JSON.stringify(all));
};
