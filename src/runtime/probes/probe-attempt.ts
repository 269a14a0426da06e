import type { Socket } from 'node:net';
import type { Peer } from '../ports/answering.ts';

/** What one attempt has found out. The message is short, precise and lower case where no name forbids it. */
export interface ProbeAttempt {
  readonly ok: boolean;
  readonly message: string;
}

export const passed = (message: string): ProbeAttempt => ({ ok: true, message });

export const failed = (message: string): ProbeAttempt => ({ ok: false, message });

/** Null: whoever answered may well be who was meant. Else who it was, in words. */
export type WhoElse = (peer: Peer) => Promise<string | null>;

/** Where it does not matter who answers. */
export const anybody: WhoElse = async () => null;

/** Of an open connection; null where it has closed already. */
export const peerOf = ({ remoteAddress, remotePort }: Socket): Peer | null =>
  remoteAddress === undefined || remotePort === undefined
    ? null
    : { address: remoteAddress, port: remotePort };

/** A success, unless somebody else has answered. */
export const passedBy = async (
  message: string,
  peer: Peer | null,
  whoElse: WhoElse,
): Promise<ProbeAttempt> => {
  const stranger = peer === null ? null : await whoElse(peer);
  return stranger === null ? passed(message) : failed(stranger);
};

/** A host with several addresses fails with an AggregateError, whose own message is empty. */
export const describeError = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(describeError).join(', ');
  return error instanceof Error ? error.message : String(error);
};
