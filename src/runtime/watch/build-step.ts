import type { Backpressure } from '../../logs/backpressure.ts';
import { LineAssembler } from '../../logs/line-assembler.ts';
import type { PodLogs } from '../../logs/pod-logs.ts';
import type { CommandSpec, ProcessSpec } from '../../model/pod-spec.ts';
import { type ActionResult, failed } from '../actions/action-result.ts';
import type { ProcessEngine } from '../engines/process/process-engine.ts';
import { runHook } from '../hooks/run-hook.ts';
import { composeEnvironment } from '../launch/environment.ts';
import type { OutputStream } from '../pod-reader.ts';

/** The context that a build step shares with the instances of its process. */
export interface BuildContext {
  readonly engine: Pick<ProcessEngine, 'run'>;
  readonly backpressure: Backpressure;
  readonly logs: PodLogs;
  output(process: string, stream: OutputStream, block: Buffer, partial: boolean): void;
}

/** Runs before a restart, in the process's folder and environment; its output counts as the process's. */
export const runBuildStep = async (
  { name, launch }: ProcessSpec,
  command: CommandSpec,
  { engine, backpressure, logs, output }: BuildContext,
  signal: AbortSignal,
): Promise<ActionResult> => {
  const composed = composeEnvironment(launch.env);
  if (!composed.ok) return failed({ kind: 'not-started', failure: composed.failure });
  const { file, ring } = logs.of(name);
  const lines = (stream: OutputStream) =>
    new LineAssembler((bytes, partial) => {
      ring.push({ stream, bytes, partial });
      output(name, stream, bytes, partial);
    });
  const assembled = { stdout: lines('stdout'), stderr: lines('stderr') };
  // Not the mark of hooks and probes: cutting off a build ends everything with its mark.
  const run = engine.run(`${name}:build`, { cwd: launch.cwd, env: composed.env });
  const result = await runHook(
    { kind: 'exec', command },
    {
      run,
      backpressure,
      signal,
      onOutput: (stream, chunk) => {
        file.append(chunk);
        assembled[stream].push(chunk);
      },
    },
  );
  assembled.stdout.finish();
  assembled.stderr.finish();
  return result;
};
