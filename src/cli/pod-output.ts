import type { Backpressure } from '../logs/backpressure.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { noteLostOutput } from './lost-output.ts';
import { isSameTarget, type OutputSink, openSink } from './output-sink.ts';
import { OutputWriter } from './output-writer.ts';

/** Time that the end waits for a reader that takes nothing. */
const PATIENCE: Milliseconds = 1_000;

/** Stdout and stderr of this process while a pod runs: no reader can stop the loop. */
export interface PodOutput {
  readonly stdout: OutputWriter;
  readonly stderr: OutputWriter;
  /** True if both lead to the same place. */
  readonly isShared: boolean;
  /** Resolves when everything that can be written is written. */
  drain(): Promise<void>;
  /**
   * True if the exit has to be forced: a write that is stuck in one of libuv's threads keeps the process from exiting.
   */
  readonly isStuck: boolean;
}

/** `onClosed` is called once, when nobody reads one of the streams any more. */
export const openPodOutput = (backpressure: Backpressure, onClosed: () => void): PodOutput => {
  let isClosed = false;
  const close = (error: Error): void => {
    noteLostOutput(error);
    if (!isClosed) onClosed();
    isClosed = true;
  };
  const out = openSink(1);
  // In a terminal, or with 2>&1, a process's output and the messages about it stay in order.
  const err = isSameTarget(1, 2) ? out : openSink(2);
  const writerOf = (sink: OutputSink) =>
    new OutputWriter({ write: sink.write, backpressure, onClosed: close });
  const stdout = writerOf(out);
  const stderr = err === out ? stdout : writerOf(err);
  let isStuck = false;
  const drain = async (): Promise<void> => {
    const drained = await Promise.all([stdout.drain(PATIENCE), stderr.drain(PATIENCE)]);
    isStuck = (out.blocks && !drained[0]) || (err.blocks && !drained[1]);
  };
  return {
    stdout,
    stderr,
    isShared: stdout === stderr,
    drain,
    get isStuck() {
      return isStuck;
    },
  };
};
