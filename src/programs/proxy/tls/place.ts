import type { WallClock } from '../../../certificates/renewal.ts';

/** The proxy that TLS is for. */
export interface TlsPlace {
  readonly pod: string;
  /** Name of its process. */
  readonly name: string;
  /** Absolute path of the folder with the user's certificates. */
  readonly certificates: string;
  readonly say: (line: string) => void;
  readonly clock?: WallClock;
}

/** Certificates in files change without a signal. */
export const LOOK_EVERY = 5_000;
