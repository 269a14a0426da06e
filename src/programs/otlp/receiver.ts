import { decode, type Encoding, type PartialSuccess, type Requests } from './codec.ts';
import type { Signal } from './messages.ts';

/** What a receiver says to a request: it has taken it, or has no room for it now. */
export type Taken =
  | { readonly kind: 'taken'; readonly partial: PartialSuccess | null }
  | { readonly kind: 'full'; readonly retryAfterSeconds: number };

/**
 * Takes in the body of a request. The sender gets its answer once this resolves; it must not send again what was taken.
 * Rejects with `MalformedBody` if it cannot be read.
 */
export type Take = (signal: Signal, bytes: Buffer, encoding: Encoding) => Promise<Taken>;

/** Takes in what a body says. */
export const reading =
  (take: <Sent extends Signal>(signal: Sent, request: Requests[Sent]) => Promise<Taken>): Take =>
  async (signal, bytes, encoding) =>
    take(signal, await decode(signal, bytes, encoding));

export interface ReceiverOptions {
  readonly take: Take;
  /** Of a body, also when it is inflated. Default 4 MiB, at most 64 MiB. */
  readonly maxBytes?: number;
  /** Called for every request that was refused, with its status: to count it. */
  readonly refused?: (signal: Signal, refusal: Refusal) => void;
}

/** Why a request was not taken. */
export type Refusal = 'malformed' | 'too-large' | 'type' | 'foreign' | 'full';

/** Stops listening, lets requests that have begun end, and resolves once they have. */
export interface RunningReceiver {
  readonly close: () => Promise<void>;
}

const MIB = 1024 * 1024;

export const maxBytesOf = ({ maxBytes = 4 * MIB }: ReceiverOptions): number => Math.min(maxBytes, 64 * MIB);
