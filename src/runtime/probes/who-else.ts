import { type ActionResult, failed, passed } from '../actions/action-result.ts';
import type { Peer } from '../ports/answering.ts';

/** Null: whoever answered may well be who was meant. Else who it was, in words. */
export type WhoElse = (peer: Peer) => Promise<string | null>;

/** A success, unless somebody else has answered. */
export const passedBy = async (
  message: string,
  peer: Peer | null,
  whoElse: WhoElse,
): Promise<ActionResult> => {
  const stranger = peer === null ? null : await whoElse(peer);
  return stranger === null ? passed(message) : failed(stranger);
};
