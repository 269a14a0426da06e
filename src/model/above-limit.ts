import type { Milliseconds } from './vocabulary.ts';

/** A process uses more than a monitor allows it. */
export interface AboveLimit {
  readonly process: string;
  /** The process that has measured it. */
  readonly by: string;
  readonly resource: 'memory' | 'cpu';
  /** Bytes of memory, or cores. */
  readonly used: number;
  readonly limit: number;
  /** Time for which it has been above the limit without a break. */
  readonly lasted: Milliseconds;
  /** What the monitor does about it. */
  readonly action: 'warn' | 'restart' | 'end';
}
