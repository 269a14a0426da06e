import { ciGroupsOf } from '../report/ci-groups.ts';
import { JsonReport, type Write } from '../report/json.ts';
import { PlainReport } from '../report/plain.ts';
import type { PodReader } from '../runtime/pod-reader.ts';
import type { Pod } from '../supervisor/pod.ts';
import { now } from '../time/timers.ts';
import { BoundedOutput } from './bounded-output.ts';
import { isTerminal } from './is-terminal.ts';
import type { RunOptions } from './options.ts';
import type { OutputWriter } from './output-writer.ts';
import { openPodOutput, type PodOutput } from './pod-output.ts';
import { wantsColor } from './terminal.ts';

/** A view of a running pod, for a person or a program. */
export interface Display {
  /** The first processes have been launched: slow parts may be loaded now. */
  started(): void;
  /** Returns true if a signal is to be ignored, because somebody else handles it. */
  readonly spares?: (signal: NodeJS.Signals) => boolean;
  /** Closes the view after the pod's end. `isStuck`: a write that cannot be ended keeps the process from exiting. */
  close(): Promise<{ readonly isStuck: boolean }>;
}

/** `flush` writes what it still holds. */
type FlushedReader = PodReader & { readonly flush?: () => void };

/** Prints lines on stdout and stderr. */
export const openReport = (pod: Pod, ui: 'plain' | 'json', options: RunOptions): Display => {
  // With `sidecarctl dev | head`, or a closed terminal, nobody reads any more, so the pod stops in order.
  const output = openPodOutput(pod.backpressure, () =>
    pod.send({ type: 'stop', by: 'closing its output', grace: null, id: null }),
  );
  const reader = createReader(pod, ui, options, output);
  pod.attach(reader);
  return {
    started: () => undefined,
    close: async () => {
      reader.flush?.();
      await output.drain();
      return { isStuck: output.isStuck };
    },
  };
};

const createReader = (
  pod: Pod,
  ui: 'plain' | 'json',
  options: RunOptions,
  output: PodOutput,
): FlushedReader => {
  const { stdout, stderr } = output;
  if (ui === 'json') return new JsonReport(pod.spec, (text) => stdout.write(text));
  const color = { stdout: wantsColor(1, options.color), stderr: wantsColor(2, options.color) };
  const bounded = options.detached === true ? new BoundedOutput(1) : null;
  const writeTo =
    (writer: OutputWriter): Write =>
    (bytes) => {
      writer.write(bytes);
      bounded?.wrote(bytes.length);
    };
  const report = new PlainReport(pod.spec, {
    stdout: writeTo(stdout),
    stderr: writeTo(stderr),
    color,
    isTerminal: { stdout: isTerminal(1), stderr: isTerminal(2) },
    isShared: output.isShared,
    timestamps: options.timestamps === true,
    clock: now,
    causeOf: (process) => pod.causeOf(process),
    groups: options.detached === true ? null : ciGroupsOf(process.env, Date.now),
  });
  return options.detached === true ? withoutOutput(report) : report;
};

/** In the background nobody reads output, and the log files have it. */
const withoutOutput = (reader: PlainReport): FlushedReader => ({
  event: (event) => reader.event(event),
  output: () => undefined,
  notice: (notice) => reader.notice(notice),
  flush: () => reader.flush(),
});
