import type { Socket } from 'node:net';

/** Serves the connections of a listener. */
export interface Service {
  readonly accept: (socket: Socket) => void;
  /** What is open now: requests, or connections of bytes. */
  readonly openRequests: number;
  /** Every connection ends with what is under way on it; nobody is cut off. */
  readonly drain: () => void;
  /** Ends connections on which nothing is under way. */
  readonly closeIdle: () => void;
}
