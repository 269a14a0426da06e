import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Milliseconds, PodSpec } from '../core/pod-spec.ts';
import { Flow } from '../logs/flow.ts';
import { LOG_LIMITS } from '../logs/log-file.ts';
import { PodLogs } from '../logs/pod-logs.ts';
import { JsonReport } from '../report/json.ts';
import { PlainReport } from '../report/plain.ts';
import { armGuard } from '../runtime/guard/guard.ts';
import { OutputFifos } from '../runtime/output/output-fifos.ts';
import { PodLoop } from '../runtime/pod-loop.ts';
import type { PodReader } from '../runtime/pod-reader.ts';
import { createProcessTrees } from '../runtime/process-tree/create-process-trees.ts';
import type { ProcessTrees } from '../runtime/process-tree/process-trees.ts';
import { stateFolderPath } from '../runtime/state-folder.ts';
import { now } from '../runtime/timers.ts';
import { reportPreparationFailure, reportStorageFailures } from './complain.ts';
import type { RunOptions } from './options.ts';
import { openPodOutput, type PodOutput } from './pod-output.ts';
import { openPodStorage, type PodStorage } from './pod-storage.ts';
import { type Preparation, type PreparedPod, preparePod } from './prepare-pod.ts';
import { stopOnSignals } from './signals.ts';
import { wantsColor } from './terminal.ts';

/** The build puts the clean-up beside the command line; seen from here. */
declare const SIDECARCTL_CLEANUP: string;

/** What a hanging disk has not taken by then is lost to the log files. */
const LOGS_AT_MOST: Milliseconds = 1_000;
const SWEEP_AT_MOST: Milliseconds = 2_000;

interface RunRequest extends Omit<Preparation, 'ports'> {
  readonly options: RunOptions;
  readonly startTimeout: Milliseconds | null;
}

/** The whole of `dev`, `up` and `run`: from the config to the exit code, with nothing left behind. */
export const runPod = async (request: RunRequest): Promise<number> => {
  const openFifos = OutputFifos.begin();
  const prepared = await preparePod({ ...request, ports: 'allocate' });
  const fifos = await openFifos(prepared.ok ? [...prepared.pod.spec.processes.keys()] : []);
  if (!prepared.ok) return reportPreparationFailure(prepared.failure, request.options);
  const { pod } = prepared;
  const trees = createProcessTrees(pod.runId);
  const storage = await openPodStorage(pod.spec, { runId: pod.runId, cgroup: trees.cgroupPath });
  if (!storage.ok) {
    fifos?.close();
    await trees.close();
    await pod.leases.release();
    return reportStorageFailures(storage.failures);
  }
  const supervised = { pod, trees, storage: storage.storage, fifos };
  const { exitCode, isStuck } = await superviseToTheEnd(supervised, request);
  // Nothing else ends a process with a write that is stuck in a thread, at the price of the exit code.
  if (isStuck) process.kill(process.pid, 'SIGKILL');
  return exitCode;
};

interface Supervised {
  readonly pod: PreparedPod;
  readonly trees: ProcessTrees;
  readonly storage: PodStorage;
  readonly fifos: OutputFifos | null;
}

const superviseToTheEnd = async (
  { pod, trees, storage, fifos }: Supervised,
  { options, startTimeout }: RunRequest,
) => {
  const flow = new Flow();
  // `sidecarctl dev | head`, or a terminal that was closed: nobody listens any more, so the pod stops in order.
  const output = openPodOutput(flow, () =>
    loop.send({ type: 'stop', by: 'the closing of its output', grace: null }),
  );
  const reader = createReader(pod.spec, options, output);
  const logs = new PodLogs({
    folder: join(stateFolderPath(pod.spec.folder), 'logs'),
    runId: pod.runId,
    flow,
    limits: LOG_LIMITS,
    onFailure: (process, failure) => reader.notice({ kind: 'log-ended', process, ...failure }),
  });
  const loop = new PodLoop({ spec: pod.spec, trees, flow, logs, fifos, reader });
  const ignoreSignals = stopOnSignals(loop);
  loop.start(startTimeout);
  // After the first launches, which it must not hold up; before anything is waited for.
  const guard = armGuard({
    cleanup: fileURLToPath(new URL(SIDECARCTL_CLEANUP, import.meta.url)),
    configFolder: pod.spec.folder,
    runId: pod.runId,
    cgroup: trees.cgroupPath,
    outputs: (fifos?.entries() ?? []).map(([name, held]) => ({ fifos: held, log: logs.of(name).file.path })),
  });
  void fifos?.loadTransfer();
  const exitCode = await loop.ended;
  await trees.sweepRun(SWEEP_AT_MOST);
  await trees.close();
  await Promise.all([
    output.drain(),
    Promise.race([logs.close(), setTimeout(LOGS_AT_MOST, undefined, { ref: false })]),
  ]);
  await cleanUp(pod, storage);
  ignoreSignals();
  guard?.dismiss();
  return { exitCode, isStuck: output.isStuck };
};

const createReader = (spec: PodSpec, options: RunOptions, { stdout, stderr }: PodOutput): PodReader => {
  if (options.ui === 'json') return new JsonReport(spec, (text) => stdout.write(text));
  const color = { stdout: wantsColor(1, options.color), stderr: wantsColor(2, options.color) };
  return new PlainReport(spec, {
    stdout: (bytes) => stdout.write(bytes, 'latin1'),
    stderr: (bytes) => stderr.write(bytes, 'latin1'),
    color,
    clock: now,
  });
};

const cleanUp = async (pod: PreparedPod, storage: PodStorage): Promise<void> => {
  const failures = [...pod.notCleared, ...(await storage.close())];
  await pod.leases.release();
  if (failures.length > 0) reportStorageFailures(failures);
};
