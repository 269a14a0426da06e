import type { Milliseconds, PodSpec } from '../core/pod-spec.ts';
import { JsonReport } from '../report/json.ts';
import { PlainReport } from '../report/plain.ts';
import type { PodReader } from '../runtime/pod-reader.ts';
import { now } from '../runtime/timers.ts';
import { openPod, type Pod } from '../supervisor/pod.ts';
import { preparePod } from '../supervisor/prepare-pod.ts';
import { reportPreparationFailure, reportStorageFailures } from './complain.ts';
import type { RunOptions } from './options.ts';
import { openPodOutput, type PodOutput } from './pod-output.ts';
import { preparationFrom } from './preparation.ts';
import { stopOnSignals } from './signals.ts';
import { wantsColor } from './terminal.ts';

interface RunRequest {
  readonly mode: 'dev' | 'up' | 'run';
  readonly options: RunOptions;
  readonly primaryCommand: readonly string[] | null;
  readonly primaryArgs: readonly string[];
  readonly startTimeout: Milliseconds | null;
}

/** The whole of `dev`, `up` and `run`: from the config to the exit code, with nothing left behind. */
export const runPod = async (request: RunRequest): Promise<number> => {
  const { mode, options, primaryCommand, primaryArgs } = request;
  const prepared = await preparePod({
    ...preparationFrom(options),
    mode,
    primaryCommand,
    primaryArgs,
    watching: mode === 'dev' && options.watch !== false,
    purpose: 'run',
  });
  if (!prepared.ok) return reportPreparationFailure(prepared.failure, options);
  const opened = await openPod(prepared.pod, mode);
  if (!opened.ok) return reportStorageFailures(opened.failures);
  const { exitCode, isStuck } = await superviseToTheEnd(opened.pod, request);
  // Nothing else ends a process with a write that is stuck in a thread, at the price of the exit code.
  if (isStuck) process.kill(process.pid, 'SIGKILL');
  return exitCode;
};

const superviseToTheEnd = async (pod: Pod, { options, startTimeout }: RunRequest) => {
  // `sidecarctl dev | head`, or a terminal that was closed: nobody listens any more, so the pod stops in order.
  const output = openPodOutput(pod.flow, () =>
    pod.send({ type: 'stop', by: 'the closing of its output', grace: null }),
  );
  pod.attach(createReader(pod.spec, options, output));
  const ignoreSignals = stopOnSignals(pod);
  pod.start(startTimeout);
  const exitCode = await pod.ended;
  const [failures] = await Promise.all([pod.close(), output.drain()]);
  if (failures.length > 0) reportStorageFailures(failures);
  ignoreSignals();
  return { exitCode, isStuck: output.isStuck };
};

const createReader = (spec: PodSpec, options: RunOptions, { stdout, stderr }: PodOutput): PodReader => {
  if (options.ui === 'json') return new JsonReport(spec, (text) => stdout.write(text));
  const color = { stdout: wantsColor(1, options.color), stderr: wantsColor(2, options.color) };
  const report = new PlainReport(spec, {
    stdout: (bytes) => stdout.write(bytes, 'latin1'),
    stderr: (bytes) => stderr.write(bytes, 'latin1'),
    color,
    clock: now,
  });
  return options.detached === true ? withoutOutput(report) : report;
};

/** Nobody reads it there, and what processes write is in their log files. */
const withoutOutput = (reader: PodReader): PodReader => ({
  event: (event) => reader.event(event),
  output: () => undefined,
  notice: (notice) => reader.notice(notice),
});
