/**
 * The live stream of the page: lines of JSON from several streams of the control API. A line `{"from":"logs"}` says where
 * the lines behind it come from, up to the next one of its kind.
 */
export const LIVE_SOURCES = ['pod', 'usage', 'events', 'logs'] as const;

export type LiveSource = (typeof LIVE_SOURCES)[number];

/** `ended`: the pod has ended, and nothing follows. `closed`: `sidecarctl web` was ended. */
export type LiveEnd = 'ended' | 'closed';

export interface LiveMark {
  readonly from: LiveSource | LiveEnd;
}
