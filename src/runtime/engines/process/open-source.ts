import { CallerSource } from '../../output/caller-source.ts';
import type { CallerStreams } from '../../output/caller-streams.ts';
import { FifoSource } from '../../output/fifo-source.ts';
import type { OutputFifos } from '../../output/output-fifos.ts';
import type { OutputSource } from '../../output/output-source.ts';
import { PipeSource } from '../../output/pipe-source.ts';
import type { OutputSink } from '../engine.ts';

interface OutputMeans {
  /** FIFOs, or null if processes write to pipes. */
  readonly fifos: OutputFifos | null;
  /** Streams of this process, or null if the process does not get them. */
  readonly caller: CallerStreams | null;
}

export const openSource = (
  process: string,
  { fifos, caller }: OutputMeans,
  { backpressure, take }: OutputSink,
): OutputSource => {
  // There may have been no descriptors left for a process that a reload has added.
  const isPiped = fifos?.of(process) === undefined;
  if (caller !== null) {
    const pair = fifos?.take(process);
    return pair === undefined
      ? new PipeSource(caller.backpressure, take, caller)
      : new CallerSource({ pair, caller, take });
  }
  return fifos === null || isPiped
    ? new PipeSource(backpressure, take)
    : new FifoSource(process, { fifos, backpressure, take });
};
