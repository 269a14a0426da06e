import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type {
  DependencySpec,
  EnvSpec,
  HookSpec,
  OwnCommandSpec,
  PortSpec,
  ProbeSpec,
  ProcessSpec,
  RequirementSpec,
  RestartSpec,
  StopSpec,
  WatchAction,
  WatchSpec,
} from '../../model/pod-spec.ts';
import type { Milliseconds, Role } from '../../model/vocabulary.ts';
import { parseDuration } from '../schema/duration.ts';
import type { EnvValue } from '../types.ts';
import type { AddressOf } from './address-of.ts';
import { portsOf } from './declared.ts';
import { envFilesOf, findEnvFileProblems, readEnvFiles } from './env-files.ts';
import type { FilledProcess } from './filled-process.ts';
import { resolveCommand } from './resolve-command.ts';
import {
  containerEnv,
  readdressedContainer,
  readdressedFiles,
  readdressFor,
  resolveContainer,
} from './resolve-container.ts';
import { resolveFiles, resolveRenderedFiles } from './resolve-files.ts';
import { resolveIsolation } from './resolve-isolation.ts';
import { resolveLinks, resolvePrivateMounts } from './resolve-mounts.ts';
import { type FilledTargets, resolveHttp, resolveTarget, type TargetContext } from './resolve-targets.ts';
import { signalName, signalNumber } from './signal-name.ts';

type Fields = FilledProcess['fields'];

/** Values that a process gets from its pod. */
interface PodContext {
  readonly folder: string;
  readonly ports: ReadonlyMap<string, readonly PortSpec[]>;
  readonly addressOf: AddressOf;
  /** Absolute directory of each volume. */
  readonly volumes: ReadonlyMap<string, string>;
  /** Volumes that containers have only where `mounts` says. */
  readonly placed: ReadonlySet<string>;
  /** Absolute path of the folder that has a folder for the files of each process. */
  readonly filesFolder: string;
  /** Layers of the environment that come from the pod and the app. */
  readonly envOf: (process: FilledProcess) => Omit<EnvSpec, 'files' | 'own'>;
  readonly dependsOn: (process: string) => readonly DependencySpec[];
  readonly desired: ReadonlySet<string>;
  /** Primaries that start only because another app depends on them. */
  readonly supporting: ReadonlySet<string>;
  readonly watching: boolean;
  readonly report: (problem: ConfigProblem) => void;
}

/** Fills in every default of a process. */
export const resolveProcess = (process: FilledProcess, pod: PodContext): ProcessSpec => {
  const { name, role, path, fields, app } = process;
  const ports = pod.ports.get(name) ?? [];
  const isolation = resolveIsolation(process, resolvePrivateMounts(process, pod));
  const readdress = readdressFor(process, pod.ports);
  const container = resolveContainer(process, pod);
  const env = resolveEnv(process, pod);
  const context: TargetContext = {
    process: name,
    ports,
    declared: portsOf(process).map(({ port }) => port),
    addressOf: pod.addressOf,
    folder: pod.folder,
    mounts: container?.mounts ?? isolation?.mounts ?? [],
    isContained: container !== null,
    report: pod.report,
  };
  return {
    name,
    role,
    app: app?.isNamed === true ? { name: app.name, instance: app.instance, primary: app.primary } : null,
    isSupport: pod.supporting.has(name),
    description: fields.description ?? '',
    origin: process.origin,
    desired: pod.desired.has(name),
    dependsOn: pod.dependsOn(name),
    uses: usedBy(process, env),
    launch: {
      command:
        container === null
          ? resolveCommand(fields.command ?? [])
          : readdressedContainer(container, readdress),
      cwd: resolveCwd(fields.cwd, path, pod),
      env: container === null ? env : containerEnv(env, readdress),
      stdin: role === 'init' || fields.stdin === 'null' ? 'null' : 'pipe',
      tty: fields.tty ?? false,
      output: 'captured',
    },
    ports,
    mounts: resolveLinks(process, pod),
    files: readdressedFiles(resolveFiles(process, pod, pod.report), readdress),
    renderedFiles: resolveRenderedFiles(process, pod),
    refreshes: process.refreshes,
    requires: resolveRequirements(fields.requires),
    isolation,
    startup: resolveProbe(fields.startup, [...path, 'startup'], 60, context),
    readiness: resolveReadiness(process, context),
    liveness: resolveProbe(fields.liveness, [...path, 'liveness'], 3, context),
    postStart: resolveHook(fields.postStart, [...path, 'postStart'], context),
    preStop: resolveHook(fields.preStop, [...path, 'preStop'], context),
    commands: resolveOwnCommands(fields.commands),
    restart: resolveRestart(fields.restart, role),
    essential: fields.essential ?? false,
    stop: resolveStop(fields.stop),
    watch: pod.watching ? resolveWatch(fields.watch) : null,
    waitsForChange: pod.watching && role === 'primary' && fields.watch !== undefined,
  };
};

/** Milliseconds of a duration that has passed the schema. */
export const milliseconds = (duration: number | string | undefined, byDefault: Milliseconds): Milliseconds =>
  (duration === undefined ? null : parseDuration(duration)) ?? byDefault;

/** Converts values to strings for an environment; `null` stays, and removes the variable. */
export const envValues = (
  env: Readonly<Record<string, EnvValue>> = {},
): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value === null ? null : String(value)]),
  );

const resolveCwd = (cwd: string | undefined, path: FieldPath, { folder, report }: PodContext): string => {
  const absolute = resolve(folder, cwd ?? '.');
  if (cwd !== undefined && statSync(absolute, { throwIfNoEntry: false })?.isDirectory() !== true) {
    report({ kind: 'no-such-path', path: [...path, 'cwd'], at: absolute, expected: 'folder' });
  }
  return absolute;
};

const resolveEnv = (process: FilledProcess, pod: PodContext): EnvSpec => {
  const { path, fields } = process;
  const files = envFilesOf(fields.envFile, pod.folder);
  const env = pod.envOf(process);
  const known = { ...readEnvFiles(env.podFiles, env.inherited), ...env.inherited };
  for (const problem of findEnvFileProblems(files, [...path, 'envFile'], known)) pod.report(problem);
  return {
    ...env,
    files,
    own: envValues(fields.env as Record<string, EnvValue>),
  };
};

/** Who has given it variables, and where it sends to. */
const usedBy = ({ name, made, scope }: FilledProcess, { provided }: EnvSpec): readonly string[] => {
  const sent = (made?.sendsTo ?? []).flatMap((written) => scope.single.get(written) ?? []);
  const used = new Set([...Object.values(provided).map(({ by }) => by), ...sent]);
  used.delete(name);
  return [...used];
};

const resolveReadiness = (
  { role, path, fields }: FilledProcess,
  context: TargetContext,
): ProbeSpec | null => {
  const { readiness } = fields;
  if (readiness === false) return null;
  if (readiness !== undefined) return resolveProbe(readiness, [...path, 'readiness'], 3, context);
  // On an activated port, a connection opens whether the process is there or not.
  const tcp = context.ports.find(({ protocol, activate }) => protocol === 'tcp' && !activate);
  if (tcp === undefined || role === 'init') return null;
  return resolveProbe({ tcp: tcp.name }, [...path, 'readiness'], 3, context);
};

type FilledProbe = NonNullable<Fields['startup']> | FilledTargets;

const resolveProbe = (
  probe: FilledProbe | undefined,
  path: FieldPath,
  failureThreshold: number,
  context: TargetContext,
): ProbeSpec | null => {
  if (probe === undefined) return null;
  const timing: Partial<NonNullable<Fields['startup']>> = probe;
  return {
    target: resolveTarget(probe, path, context),
    initialDelay: milliseconds(timing.initialDelay, 0),
    period: milliseconds(timing.period, 1000),
    timeout: milliseconds(timing.timeout, 1000),
    successThreshold: timing.successThreshold ?? 1,
    failureThreshold: timing.failureThreshold ?? failureThreshold,
    grace: timing.grace === undefined ? null : milliseconds(timing.grace, 0),
  };
};

const resolveHook = (hook: Fields['preStop'], path: FieldPath, context: TargetContext): HookSpec | null => {
  if (hook === undefined) return null;
  if (typeof hook === 'string' || Array.isArray(hook)) return { kind: 'exec', command: resolveCommand(hook) };
  if ('http' in hook) return resolveHttp(hook.http, [...path, 'http'], context);
  return { kind: 'sleep', duration: milliseconds('sleep' in hook ? hook.sleep : undefined, 0) };
};

const resolveOwnCommands = (commands: Fields['commands'] = {}): readonly OwnCommandSpec[] =>
  Object.entries(commands).map(([name, own]) => {
    const fields = typeof own === 'string' || isList(own) ? { command: own } : own;
    const { command, description = '', tty = false } = fields;
    return { name, command: resolveCommand(command), description, tty };
  });

const isList = (value: unknown): value is readonly string[] => Array.isArray(value);

const resolveRestart = (declared: Fields['restart'], role: Role): RestartSpec => {
  const { policy, backoff, resetAfter, limit } =
    typeof declared === 'object' ? declared : { policy: declared };
  return {
    policy: policy ?? (role === 'sidecar' ? 'always' : 'never'),
    backoff: {
      initial: milliseconds(backoff?.initial, 1000),
      factor: backoff?.factor ?? 2,
      max: milliseconds(backoff?.max, 60_000),
    },
    resetAfter: milliseconds(resetAfter, 10_000),
    limit: limit === undefined ? null : { restarts: limit.restarts, within: milliseconds(limit.within, 0) },
  };
};

const resolveRequirements = (requires: Fields['requires'] = {}): readonly RequirementSpec[] =>
  Object.entries(requires).map(([program, required]) => {
    const { version, args = ['--version'] } = typeof required === 'string' ? { version: required } : required;
    return { program, range: version, args };
  });

const resolveStop = (stop: Fields['stop'] = {}): StopSpec => {
  const signal = signalName(stop.signal ?? 'SIGTERM') ?? 'SIGTERM';
  return {
    signal,
    signalNumber: signalNumber(signal),
    isDefault: stop.signal === undefined,
    grace: stop.grace === undefined ? null : milliseconds(stop.grace, 0),
    command: stop.command === undefined ? null : resolveCommand(stop.command),
  };
};

const POLLED_EVERY: Milliseconds = 500;

const resolveWatch = (declared: Fields['watch']): WatchSpec | null => {
  if (declared === undefined) return null;
  const watch = 'paths' in declared ? declared : { paths: declared };
  return {
    paths: watch.paths,
    ignore: watch.ignore ?? [],
    debounce: milliseconds(watch.debounce, 100),
    action: resolveAction(watch.action),
    polling: watch.polling === undefined ? null : resolvePolling(watch.polling),
  };
};

const resolvePolling = (polling: true | number | string): Milliseconds =>
  milliseconds(polling === true ? undefined : polling, POLLED_EVERY);

type FilledAction = Extract<NonNullable<Fields['watch']>, { readonly paths: unknown }>['action'];

const resolveAction = (action: FilledAction = 'restart'): WatchAction => {
  if (action === 'restart') return { kind: 'restart' };
  if ('command' in action) return { kind: 'command', command: resolveCommand(action.command) };
  return { kind: 'signal', signal: signalName(action.signal) ?? 'SIGHUP' };
};
