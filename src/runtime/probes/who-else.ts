import type { AnsweredPort, NobodyInside } from '../../model/finding.ts';
import { type ActionResult, failed } from '../actions/action-result.ts';
import type { Peer } from '../ports/answering.ts';

/** Finds out who answered; null if it may be the right process. */
export type WhoElse = (peer: Peer) => Promise<AnsweredPort | NobodyInside | null>;

/** Fails a success if another process has answered. */
export const unlessStranger = async (
  success: ActionResult,
  peer: Peer | null,
  whoElse: WhoElse,
): Promise<ActionResult> => {
  const stranger = peer === null ? null : await whoElse(peer);
  return stranger === null ? success : failed(stranger);
};
