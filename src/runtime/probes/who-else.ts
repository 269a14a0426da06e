import { type ActionResult, failed, passed } from '../actions/action-result.ts';
import type { Peer } from '../ports/answering.ts';

/** Says who answered, or returns null if it may be the right process. */
export type WhoElse = (peer: Peer) => Promise<string | null>;

/** Succeeds unless another process has answered. */
export const passedBy = async (
  message: string,
  peer: Peer | null,
  whoElse: WhoElse,
): Promise<ActionResult> => {
  const stranger = peer === null ? null : await whoElse(peer);
  return stranger === null ? passed(message) : failed(stranger);
};
