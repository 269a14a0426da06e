/** The fields that a request can have, in the order in which they are sent. */
export const REQUEST_FIELDS = [
  { name: 'client.address', isNumber: false },
  { name: 'user.name', isNumber: false },
  { name: 'http.request.method', isNumber: false },
  { name: 'url.path', isNumber: false },
  { name: 'url.query', isNumber: false },
  { name: 'network.protocol.version', isNumber: false },
  { name: 'http.response.status_code', isNumber: true },
  { name: 'http.response.body.size', isNumber: true },
  { name: 'http.request.header.referer', isNumber: false },
  { name: 'user_agent.original', isNumber: false },
] as const;

/** Indexes of the fields. */
export const FIELD = {
  client: 0,
  user: 1,
  method: 2,
  path: 3,
  query: 4,
  version: 5,
  status: 6,
  size: 7,
  referrer: 8,
  agent: 9,
} as const;

/** Where the fields of a request are in its bytes. One object is used for all lines. */
export interface RequestPlaces {
  /** Start and end of each field; a start of -1: there is none. */
  readonly places: Int32Array;
  /** Milliseconds since 1970. */
  time: number;
  severity: number;
}

export const newRequestPlaces = (): RequestPlaces => ({
  places: new Int32Array(2 * REQUEST_FIELDS.length),
  time: 0,
  severity: 0,
});
