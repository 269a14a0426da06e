/** What a source has found. `nextIn`: milliseconds until it should be asked again, if that is earlier than usual. */
export type Found = { readonly value: unknown; readonly nextIn?: number } | 'same';

/** Where values come from. */
export interface Source {
  /**
   * The value as it is now. `'same'`: it is what the last call has found. A source that is watched resolves once there
   * may be something new. Rejects with the reason if there is no value.
   */
  read(signal: AbortSignal): Promise<Found>;
  /** Removes what it keeps for itself. */
  close?(): Promise<void>;
}

/** There is no value that can be used, and the next call waits until something changes: a pause would only be longer. */
export class WaitsForChange extends Error {}

/** Turns each failure of a call into one that waits for a change. */
export const waitingForChange = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    throw new WaitsForChange((error as Error).message);
  }
};

/** No source has more; a value of etcd has at most 1.5 MiB. */
export const MOST_BYTES = 4 * 1024 * 1024;
