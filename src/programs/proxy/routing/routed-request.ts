import type { RawHeaders } from '../http/upstream.ts';

/** What a route is chosen by. */
export interface RoutedRequest {
  readonly method: string;
  /** Path with the query, as it is on the wire. */
  readonly url: string;
  readonly headers: RawHeaders;
}
