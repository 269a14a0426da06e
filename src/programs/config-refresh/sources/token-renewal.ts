import { now } from '../../../time/timers.ts';

/** Whatever Vault says, it is not asked more often. */
const AT_MOST_EVERY = 1_000;

/** What Vault answers. */
export interface Renewal {
  readonly status: number;
  readonly auth?: { readonly renewable?: boolean; readonly lease_duration?: number } | null;
}

/** Renews a token of Vault when two thirds of its time are over, as long as Vault lets it. */
export class TokenRenewal {
  /** On the clock of `now`; `null`: there is nothing to renew. At first it is not known when the token ends. */
  #due: number | null = 0;

  /** Milliseconds until it is due; Infinity: never. */
  get dueIn(): number {
    return this.#due === null ? Number.POSITIVE_INFINITY : Math.max(0, this.#due - now());
  }

  /** A server that cannot answer now is asked again the next time: whether it is there, the secret itself tells. */
  async renewIfDue(renew: () => Promise<Renewal>): Promise<void> {
    if (this.dueIn > 0) return;
    const answer = await renew().catch(() => null);
    this.#due = now() + AT_MOST_EVERY;
    if (answer !== null && answer.status < 500) this.#due = dueAfter(answer);
  }
}

/** Without an end, or without the right to be renewed, a token is left alone. */
const dueAfter = ({ status, auth }: Renewal): number | null => {
  const seconds = auth?.lease_duration ?? 0;
  if (status !== 200 || auth?.renewable !== true || seconds <= 0) return null;
  return now() + Math.max(AT_MOST_EVERY, (seconds * 1_000 * 2) / 3);
};
