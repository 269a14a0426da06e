import { realpathSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { PortSnapshot } from '../control/pod-snapshot.ts';
import type { DeclaredPort } from '../model/failures/port-failure.ts';
import { commandTitle } from '../model/own-command.ts';
import type { CommandSpec, EnvSpec, PodSpec, ProcessSpec } from '../model/pod-spec.ts';
import { envFileRemarkText } from '../report/env-file-text.ts';
import { advisedText, needsBashText } from '../report/launch-failures.ts';
import { engineObstacleTexts } from '../report/obstacle-texts.ts';
import { describePortFailure } from '../report/port-failures.ts';
import { requirementText } from '../report/requirement-text.ts';
import { storageFailureText, unreadableRecordText } from '../report/storage-failures.ts';
import { unsupportedText } from '../report/unsupported-text.ts';
import { findUnsupported } from '../runtime/engines/find-unsupported.ts';
import { composeEnvironment } from '../runtime/launch/environment.ts';
import { findProgramObstacle } from '../runtime/launch/program-search.ts';
import { allocatePorts } from '../runtime/ports/allocate-ports.ts';
import { lookForPod, type PodRecord } from '../runtime/state/pod-record.ts';
import { type StateFolder, stateFolderOf } from '../runtime/state/state-folder.ts';
import { findMountObstacles, mountsOf } from '../runtime/volumes/mounts.ts';
import { findUnmet } from '../supervisor/find-unmet.ts';
import type { PreparedPod } from '../supervisor/prepare-pod.ts';
import { isUnanswered } from './absence.ts';
import { findEngineProblems } from './check-engines.ts';
import { openRecorded } from './locate-pod.ts';
import { bashOnlyWord, certainPrograms } from './shell-programs.ts';

/** Finds obstacles that keep a pod from starting on this machine now, one sentence each. */
export const findPodProblems = async (prepared: PreparedPod): Promise<string[]> => {
  const { spec, configFile, label, engines } = prepared;
  const found = lookForPod({ configFile, label });
  const own = found.kind === 'pod' ? await holdingsOf(found.record) : NOTHING;
  const unknown = found.kind === 'unreadable' ? [unreadableRecordText(found)] : [];
  const starting = [...spec.processes.values()].filter(({ desired }) => desired);
  const processes = starting.map(findProcessProblem);
  const state = stateFolderOf(spec.folder);
  const ports = await findPortProblems(spec.name, starting, state, own);
  const mounts = findMountObstacles(mountsOf(spec), state)
    .filter((failure) => failure.kind !== 'mount-in-use' || failure.runId !== own.runId)
    .map(storageFailureText);
  const all = [...spec.processes.values()];
  const unsupported = findUnsupported(engines.engine, all).map(unsupportedText);
  const launch = (await engines.engine.obstacles(spec)).flatMap(engineObstacleTexts);
  const requirements = (await findUnmet(spec)).map(requirementText);
  // An engine that is missing cannot check anything.
  const refused = requirements.length > 0 ? [] : await findEngineProblems(starting);
  const programs = processes.filter((problem) => problem !== null);
  return [
    ...unsupported,
    ...unknown,
    ...programs,
    ...requirements,
    ...refused,
    ...ports,
    ...mounts,
    ...launch,
  ];
};

/**
 * Leaves out ports and services: for a thousand processes these are many variables, and no program is found by them.
 */
const aside = (env: EnvSpec): EnvSpec => ({ ...env, services: {}, injected: {} });

/** Finds lines of env files that are read differently than they look, one sentence each. */
export const findEnvFileRemarks = (spec: PodSpec): string[] => {
  const remarks = [...spec.processes.values()].flatMap(({ launch }) => {
    const composed = composeEnvironment(aside(launch.env));
    return composed.ok ? composed.remarks : [];
  });
  return [
    ...new Set(remarks.map(({ file, remark }) => `${file}:${remark.line}: ${envFileRemarkText(remark)}`)),
  ];
};

/** Finds commands beside processes that cannot run on this machine now, one sentence each. The pod starts all the same. */
export const findCommandRemarks = (spec: PodSpec): string[] =>
  [...spec.processes.values()].flatMap((process) => {
    const composed = composeEnvironment(aside(process.launch.env));
    if (!composed.ok) return [];
    if (process.launch.command.kind === 'container') return [];
    return process.commands.flatMap(({ name, command }) => {
      const found = findCommandProblem(command, process, composed.env);
      return found === null ? [] : [`${commandTitle(process.name, name)}: ${found}`];
    });
  });

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

/** Resources that a running pod of this config already has; they are no obstacle. */
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

const findProcessProblem = (process: ProcessSpec): string | null => {
  const { name, launch } = process;
  const composed = composeEnvironment(aside(launch.env));
  if (!composed.ok) return `${name}: ${advisedText(composed.failure, '; ')}`;
  // An image has its programs in it.
  if (launch.command.kind === 'container') return null;
  const found = findCommandProblem(launch.command, process, composed.env);
  return found === null ? null : `${name}: ${found}`;
};

const findCommandProblem = (command: CommandSpec, process: ProcessSpec, env: Environment): string | null =>
  command.kind === 'shell'
    ? findLineProblem(command.line, process, env)
    : findProgramProblem(command.file, process, env);

type Environment = Readonly<Record<string, string>>;

const findProgramProblem = (
  file: string,
  { launch: { cwd }, files }: ProcessSpec,
  env: Environment,
): string | null => {
  const obstacle = isOwnFile(file, files) ? null : findProgramObstacle(file, cwd, env);
  return obstacle === null ? null : advisedText({ kind: 'program', file, obstacle }, '; ');
};

/** A file of its own is written when the process is launched. */
const isOwnFile = (file: string, files: ProcessSpec['files']): boolean =>
  files.some(({ path }) => path === file);

/** Checks only programs that the line is certain to run at once: the rest is up to the shell. */
const findLineProblem = (
  line: string,
  { launch: { cwd }, dependsOn, files }: ProcessSpec,
  env: Environment,
): string | null => {
  if (process.platform === 'win32') return null;
  const word = bashOnlyWord(line);
  if (word !== null && !isBash('/bin/sh')) return needsBashText(word);
  // An earlier process may build the program.
  const mayBeMade = dependsOn.some(({ condition }) => condition === 'completed');
  for (const { file, folders } of certainPrograms(line)) {
    const folder = resolve(cwd, ...folders);
    const obstacle = findProgramObstacle(file, folder, env);
    const isAbsent = obstacle?.kind === 'not-found' || obstacle?.kind === 'dangling';
    const isYetToCome = isAbsent && file.includes('/') && mayBeMade;
    if (obstacle !== null && !isYetToCome && !isOwnFile(file, files))
      return advisedText({ kind: 'program', file, obstacle }, '; ');
  }
  return null;
};

/** The machine decides which shell sh is: on some it is bash itself. */
const isBash = (shell: string): boolean => {
  try {
    return !/^(dash|busybox|ash)/.test(basename(realpathSync(shell)));
  } catch {
    return true;
  }
};
