import type { AnsweredPort, NobodyInside } from '../../model/finding.ts';
import { type ActionResult, failed } from '../actions/action-result.ts';
import type { Peer } from '../ports/answering.ts';

/** Finds out who answered; null if it may be the right process, at once if that is known. */
export type WhoElse = (peer: Peer) => Promise<AnsweredPort | NobodyInside | null> | null;

/** Fails a success if another process has answered. */
export const unlessStranger = (
  success: ActionResult,
  peer: Peer | null,
  whoElse: WhoElse,
): Promise<ActionResult> | ActionResult => {
  const search = peer === null ? null : whoElse(peer);
  return search?.then((stranger) => (stranger === null ? success : failed(stranger))) ?? success;
};
