import type { RetryOptions } from '../options.ts';
import type { Delivery } from '../outputs/output.ts';

/** What is done after an attempt. */
export type Next =
  | { readonly kind: 'advance' }
  /** The entries go to the dead letters; then the positions advance. */
  | { readonly kind: 'bury'; readonly entries: readonly number[] | 'all'; readonly why: string }
  | { readonly kind: 'wait'; readonly milliseconds: number; readonly why: string };

/** Longest time that a destination can ask to wait, as in Envoy; a longer one counts as this. */
const LONGEST_ASKED = 300_000;

/**
 * Decides what follows an attempt. Retries go on for ever, after a time of full jitter: anything from 0 to an interval that
 * doubles from `initialBackoff` to `maxBackoff`, and not before the destination has said.
 *
 * @param failures attempts of this batch that have failed before
 * @param random from 0 to 1
 */
export const afterAttempt = (
  delivery: Delivery,
  failures: number,
  { initialBackoff, maxBackoff }: RetryOptions,
  random: number,
): Next => {
  switch (delivery.kind) {
    case 'taken':
      return { kind: 'advance' };
    case 'rejected':
      return { kind: 'bury', entries: delivery.entries, why: delivery.why };
    case 'retry': {
      // 2 ** 1024 is Infinity, and the minimum of that is right, too.
      const jitter = random * Math.min(maxBackoff, initialBackoff * 2 ** failures);
      const asked = Math.min(LONGEST_ASKED, delivery.after ?? 0);
      return { kind: 'wait', milliseconds: Math.max(jitter, asked), why: delivery.why };
    }
  }
};
