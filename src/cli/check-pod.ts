import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { PortSnapshot } from '../control/pod-snapshot.ts';
import type { PodSpec, ProcessSpec } from '../core/pod-spec.ts';
import type { DeclaredPort } from '../core/port-failure.ts';
import { envFileRemarkText } from '../report/env-file-text.ts';
import { describePortFailure } from '../report/port-failures.ts';
import { unreadablePodText } from '../report/unreadable-pod.ts';
import { composeEnvironment } from '../runtime/environment.ts';
import { isolationText } from '../runtime/isolation/isolation-text.ts';
import { lookForPod, type PodKey, type PodRecord } from '../runtime/pod-record.ts';
import { allocatePorts } from '../runtime/ports/allocate-ports.ts';
import { type StateFolder, stateFolderOf } from '../runtime/state-folder.ts';
import { findMountObstacles, mountsOf } from '../runtime/volumes/mounts.ts';
import { findIsolation, isolationObstacles } from '../supervisor/prepare-pod.ts';
import { isUnanswered } from './absence.ts';
import { openRecorded } from './locate-pod.ts';

/** What would keep a pod from starting on this machine now, each in a sentence. */
export const findPodProblems = async (spec: PodSpec, key: PodKey): Promise<string[]> => {
  const found = lookForPod(key);
  const own = found.kind === 'pod' ? await holdingsOf(found.record) : NOTHING;
  const unknown = found.kind === 'unreadable' ? [unreadablePodText(found)] : [];
  const starting = [...spec.processes.values()].filter(({ wanted }) => wanted);
  const processes = await Promise.all(starting.map(findProcessProblem));
  const state = stateFolderOf(spec.folder);
  const ports = await findPortProblems(spec.name, starting, state, own);
  const mounts = findMountObstacles(mountsOf(spec), state)
    .filter((failure) => failure.kind !== 'mount-in-use' || failure.runId !== own.runId)
    .map(({ message }) => message);
  const isolation = isolationObstacles(spec, await findIsolation(spec)).map(isolationText);
  return [...unknown, ...processes.filter((problem) => problem !== null), ...ports, ...mounts, ...isolation];
};

/** Lines of env files that are not read as they look, each in a sentence. */
export const findEnvFileRemarks = (spec: PodSpec): string[] => {
  const remarks = [...spec.processes.values()].flatMap(({ launch }) => {
    const composed = composeEnvironment(launch.env);
    return composed.ok ? composed.remarks : [];
  });
  return [
    ...new Set(remarks.map(({ file, remark }) => `${file}:${remark.line}: ${envFileRemarkText(remark)}`)),
  ];
};

const findPortProblems = async (
  pod: string,
  processes: readonly ProcessSpec[],
  stateFolder: StateFolder,
  own: Holdings,
): Promise<string[]> => {
  const asked = processes
    .flatMap(declaredPorts)
    .filter((port) => !own.ports.some((held) => isSame(held, port)));
  const allocation = await allocatePorts(asked, { pod, stateFolder });
  if (!allocation.ok) {
    return allocation.failures.map(describePortFailure).map(({ problem, advice }) => `${problem}; ${advice}`);
  }
  await allocation.leases.release();
  return [];
};

/** What the pod that runs for the config has already is not in its way. */
interface Holdings {
  readonly runId: string | null;
  readonly ports: readonly PortSnapshot[];
}

const NOTHING: Holdings = { runId: null, ports: [] };

const holdingsOf = async (record: PodRecord): Promise<Holdings> => {
  const { runId } = record;
  try {
    await using pod = await openRecorded(record);
    return { runId, ports: pod.snapshot.processes.flatMap(({ ports }) => ports) };
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return { runId, ports: [] };
  }
};

const isSame = (held: PortSnapshot, { port, protocol, host }: DeclaredPort): boolean =>
  held.port === port && held.protocol === protocol && held.host === host;

const declaredPorts = (process: ProcessSpec): readonly DeclaredPort[] =>
  process.ports.map(({ name, port, protocol, host, auto }) => ({
    process: process.name,
    name,
    port: auto ? 'auto' : port,
    protocol,
    host,
  }));

const findProcessProblem = async ({ name, launch }: ProcessSpec): Promise<string | null> => {
  const composed = composeEnvironment(launch.env);
  if (!composed.ok) return `${name}: ${composed.failure.message}`;
  // What a shell line needs is for the shell to know.
  if (launch.command.kind === 'shell') return null;
  const { file } = launch.command;
  const found = await findProgram(file, launch.cwd, composed.env);
  return found ? null : `${name}: command not found: ${file}; install it, or give its path`;
};

const findProgram = async (file: string, cwd: string, env: Record<string, string>): Promise<boolean> => {
  if (file.includes('/') || isAbsolute(file)) return isExecutable(resolve(cwd, file));
  const folders = (env['PATH'] ?? '').split(delimiter);
  const extensions = process.platform === 'win32' ? (env['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';') : [''];
  const candidates = folders.flatMap((folder) =>
    extensions.map((extension) => join(folder, file + extension)),
  );
  const found = await Promise.all(candidates.map(isExecutable));
  return found.includes(true);
};

const isExecutable = async (path: string): Promise<boolean> => {
  const entry = await stat(path).catch(() => null);
  if (entry?.isFile() !== true) return false;
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
};
