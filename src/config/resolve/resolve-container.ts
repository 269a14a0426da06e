import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type {
  BuildSpec,
  ContainerSpec,
  EnvSpec,
  FileSpec,
  MountSpec,
  PortSpec,
} from '../../model/pod-spec.ts';
import type { ImageBuild } from '../types.ts';
import { forContainer } from './container-addresses.ts';
import type { FilledProcess } from './filled-process.ts';
import { resolveCommand } from './resolve-command.ts';
import { resolveContainerMounts } from './resolve-mounts.ts';

interface ContainerPlaces {
  readonly folder: string;
  /** Absolute directory of each volume. */
  readonly volumes: ReadonlyMap<string, string>;
  /** Volumes that are only where `mounts` says. */
  readonly placed: ReadonlySet<string>;
  readonly filesFolder: string;
  readonly report: (problem: ConfigProblem) => void;
}

/** What a process with an image runs; null for one without. */
export const resolveContainer = (process: FilledProcess, places: ContainerPlaces): ContainerSpec | null => {
  const { image, command, args, workingDir, user, pull, build, anonymousVolumes } = process.fields;
  if (image === undefined) return null;
  return {
    kind: 'container',
    image,
    pull: pull ?? 'missing',
    build: build === undefined ? null : resolveBuild(build, [...process.path, 'build'], places),
    entrypoint: command === undefined ? null : resolveCommand(command),
    args: args ?? null,
    workingDir: workingDir ?? null,
    user: user ?? null,
    anonymousVolumes: anonymousVolumes ?? [],
    mounts: resolveBindMounts(process, places),
  };
};

const resolveBuild = (
  { context, dockerfile, dockerfileInline, target, args }: ImageBuild,
  path: FieldPath,
  { folder, report }: ContainerPlaces,
): BuildSpec => {
  const at = resolve(folder, context);
  const file = resolve(at, dockerfile === undefined ? 'Dockerfile' : resolve(folder, dockerfile));
  if (!isThere(at)) report({ kind: 'no-such-path', path: [...path, 'context'], at, expected: 'folder' });
  else if (dockerfileInline === undefined && !isThere(file))
    report({ kind: 'no-such-path', path: [...path, 'dockerfile'], at: file, expected: 'file' });
  return {
    context: at,
    dockerfile: dockerfile === undefined ? null : file,
    inline: dockerfileInline ?? null,
    target: target ?? null,
    args: args ?? {},
  };
};

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

/**
 * Every volume and the process's own files stand at the paths that they have on this machine, so that a path is right for
 * whoever gets it, and also where `mounts` says. A folder such as /etc or /var/run would hide that of the image.
 */
const resolveBindMounts = (process: FilledProcess, places: ContainerPlaces): readonly MountSpec[] => {
  const { scope, fields } = process;
  const volumes = [...scope.volumes.values()]
    .filter((name) => !places.placed.has(name))
    .flatMap((name) => atItsPath(name, places.volumes.get(name)));
  const files = fields.files === undefined ? [] : atItsPath('files', join(places.filesFolder, process.name));
  return [...volumes, ...files, ...resolveContainerMounts(process, places)];
};

const atItsPath = (name: string, path: string | undefined): readonly MountSpec[] =>
  path === undefined ? [] : [{ name, kind: 'folder', source: path, subPath: '', path, readOnly: false }];

/** Rewrites addresses in texts for a process: the same text, unless it runs in a container. */
export type Readdress = (text: string) => string;

/** `ports`: of all processes. */
export const readdressFor = (
  { name, fields }: Pick<FilledProcess, 'name' | 'fields'>,
  ports: ReadonlyMap<string, readonly PortSpec[]>,
): Readdress => {
  if (fields.image === undefined) return (text) => text;
  const own = new Set((ports.get(name) ?? []).map(({ target }) => target));
  const others = [...ports.values()].flatMap((each) => each.map(({ port }) => port));
  const reached = new Set(others.filter((port) => !own.has(port)));
  return (text) => forContainer(text, reached);
};

/** The inherited environment of this machine means nothing in a container. */
export const containerEnv = (env: EnvSpec, readdress: Readdress): EnvSpec => ({
  ...env,
  inherited: {},
  provided: Object.fromEntries(
    Object.entries(env.provided).map(([name, each]) => [name, { ...each, value: readdress(each.value) }]),
  ),
  pod: readdressed(env.pod, readdress),
  own: readdressed(env.own, readdress),
});

const readdressed = (env: EnvSpec['own'], readdress: Readdress): EnvSpec['own'] =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value === null ? null : readdress(value)]),
  );

export const readdressedFiles = (files: readonly FileSpec[], readdress: Readdress): readonly FileSpec[] =>
  files.map((file) => ({ ...file, content: readdress(file.content) }));

export const readdressedContainer = (container: ContainerSpec, readdress: Readdress): ContainerSpec => ({
  ...container,
  entrypoint: container.entrypoint === null ? null : inCommand(container.entrypoint, readdress),
  args: container.args?.map(readdress) ?? null,
});

const inCommand = <Entrypoint extends NonNullable<ContainerSpec['entrypoint']>>(
  command: Entrypoint,
  readdress: Readdress,
): NonNullable<ContainerSpec['entrypoint']> =>
  command.kind === 'shell'
    ? { ...command, line: readdress(command.line) }
    : { ...command, args: command.args.map(readdress) };
