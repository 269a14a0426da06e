import { controlLines } from './control-lines.ts';
import { PodConnection, type PodConnectionOptions } from './pod-connection.ts';
import type { PodUsage } from './pod-usage.ts';

export interface UsageFollowerOptions extends Omit<PodConnectionOptions, 'read'> {
  /** Asks for details, every so many milliseconds. */
  readonly details?: { readonly period: number };
  /** Usage by process: once a second, or every few seconds for very large pods. */
  readonly onUsage: (usage: PodUsage) => void;
}

/** Follows what the processes of a pod use, over its control socket. The pod measures only while somebody listens. */
export class UsageFollower {
  readonly #connection: PodConnection;

  constructor({ onUsage, details, ...options }: UsageFollowerOptions) {
    const path = details === undefined ? '/v1/usage' : `/v1/usage?details=1&period=${details.period}`;
    this.#connection = new PodConnection({
      ...options,
      read: async (socket, signal, answered) => {
        for await (const line of controlLines(socket, path, signal)) {
          answered();
          onUsage((line as { readonly processes: PodUsage }).processes);
        }
      },
    });
  }

  /** Follows until `stop`, or until it is clear that there is nothing to follow. Never rejects. */
  follow(): Promise<void> {
    return this.#connection.follow();
  }

  stop(): void {
    this.#connection.stop();
  }
}
