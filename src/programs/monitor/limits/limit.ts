/** What a process may use, and what happens when it uses more for a while. */
export interface Limit {
  readonly process: string;
  readonly resource: 'memory' | 'cpu';
  /** Bytes, or cores. */
  readonly most: number;
  /** Milliseconds. */
  readonly for: number;
  readonly action: 'warn' | 'restart' | 'end';
}
