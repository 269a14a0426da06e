import { readToxic } from './api/read-toxic.ts';
import type { HttpFault } from './http/http-fault.ts';
import type { Toxic } from './toxics/toxic.ts';

/** The options of the program, as its ready-made sidecar writes them. Addresses are `host:port`. */
export interface FaultsProgramOptions {
  readonly name: string;
  readonly listen: string;
  readonly admin: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly Toxic[];
  /** Faults of the requests of HTTP/1.1. */
  readonly http: readonly HttpFault[];
}

export const faultsOptionsOf = (written: unknown): FaultsProgramOptions => {
  const options = written as FaultsProgramOptions;
  return { ...options, toxics: options.toxics.map((toxic) => readToxic({ ...toxic })) };
};
