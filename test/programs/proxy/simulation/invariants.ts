/** The names of what must hold, which the tests of the simulation have as titles. */
export const INVARIANTS = {
  parallel: 'there are never more requests than maxParallelRequests, besides those that wait',
  pending: 'there are never more that wait than maxPendingRequests',
  connections: 'there are never more requests over HTTP/1.1 than maxConnections',
  released: 'every request that was let in is let go, and nothing is left of it',
  budget: 'retries never exceed the budget',
  numRetries: 'no request is retried more often than numRetries',
  resends: 'a request that may not be sent twice, or has got some of its answer, is not sent again unasked',
  usable: 'no request goes to an endpoint that is not ready, not healthy, ejected or without weight',
  oneTries: 'an endpoint that refuses connections is tried by one request at a time',
  share: 'ejected endpoints never exceed the percentage',
  ejectionTime: 'an ejection ends at the first interval after min(base × times, max)',
  open: 'nothing goes through an open breaker',
  halfOpen: 'a half-open breaker lets through at most maxRequests',
  hold: 'no request waits for an endpoint longer than holdFor',
  turn: 'no request waits for what is there',
  hopeless: 'no request waits for an endpoint when none may come back soon',
  wakeAt: 'nobody has a turn before wakeAt',
  bucket: 'a bucket never gives more than its burst and its rate times the time',
  ring: 'consistent hashing moves only the keys of an endpoint that leaves or comes back',
} as const;

export type InvariantName = (typeof INVARIANTS)[keyof typeof INVARIANTS];
