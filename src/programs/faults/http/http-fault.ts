import type { Cause } from '../../proxy/routing/cause.ts';

/** A fault of HTTP requests, as the ready-made sidecar writes it: every default is filled in. */
export interface HttpFault {
  /** Prefix of the path, which ends at a `/`; `null`: every path. */
  readonly path: string | null;
  /** `null`: every method. */
  readonly method: string | null;
  /** Of the requests that match: the first so many, every so many, or this share. What is not used is `null`. */
  readonly failFirst: number | null;
  readonly every: number | null;
  readonly percentage: number | null;
  /** Answer in place of the server's; `null`: none. */
  readonly status: number | null;
  /** Milliseconds before anything else happens. */
  readonly delay: number;
}

/** A fault with what it has done so far. */
export interface CountedFault extends HttpFault {
  readonly matched: number;
  readonly injected: number;
}

/** What happens to a request. */
export interface Injected {
  readonly delay: number;
  readonly abort: Extract<Cause, { kind: 'fault' }> | null;
}
