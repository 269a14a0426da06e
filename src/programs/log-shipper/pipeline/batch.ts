import type { BatchOptions } from '../options.ts';

/** What is collected for a batch. */
export interface Collected {
  readonly events: number;
  readonly bytes: number;
  /** When its first line came; `null`: there is none. */
  readonly since: number | null;
}

export const NOTHING: Collected = { events: 0, bytes: 0, since: null };

export const collect = (before: Collected, events: number, bytes: number, now: number): Collected =>
  events === 0
    ? before
    : { events: before.events + events, bytes: before.bytes + bytes, since: before.since ?? now };

/** What still fits. */
export const roomIn = (
  { events, bytes }: Collected,
  { maxEvents, maxBytes }: BatchOptions,
): { readonly events: number; readonly bytes: number } => ({
  events: Math.max(0, maxEvents - events),
  bytes: Math.max(0, maxBytes - bytes),
});

/** Milliseconds until a batch is to be sent: 0 at once; `null`: there is nothing to send. */
export const dueIn = (collected: Collected, options: BatchOptions, now: number): number | null => {
  if (collected.since === null) return null;
  const room = roomIn(collected, options);
  if (room.events === 0 || room.bytes === 0) return 0;
  return Math.max(0, collected.since + options.timeout - now);
};
