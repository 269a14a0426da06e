import { join, normalize, posix } from 'node:path';
import type { Variables } from '../../model/env-file.ts';
import type { Fields } from '../form/found-pod.ts';
import { interpolatedNow } from '../form/interpolation.ts';
import type { ReportLoss } from '../form/losses.ts';
import type { Source } from '../format.ts';
import { asVariables } from '../reading/merge.ts';
import { type Data, list, record, text } from '../reading/read-yaml.ts';
import { bindMounts, ContainerPaths } from './container-paths.ts';
import { type Dockerfile, readDockerfile } from './dockerfile.ts';
import { portNames, withoutGiven } from './given-variables.ts';
import type { Mount } from './mounts.ts';
import { type ComposePort, readPorts } from './ports.ts';
import { environmentOf } from './project.ts';

/** A service as its file and its Dockerfile say it. */
export interface Service {
  readonly name: string;
  readonly data: Data;
  readonly image: string;
  readonly ports: readonly ComposePort[];
  readonly paths: ContainerPaths;
  readonly volumes: readonly unknown[];
  /** Names of ports by the numbers in its container, as far as it says them. */
  readonly portNames: ReadonlyMap<number, string>;
  /** Set for a service that is built from a folder of this machine. */
  readonly dockerfile: Dockerfile | null;
  /** How its image is built, if it is: paths as seen from the Compose file. */
  readonly build: Fields | undefined;
  /** Text of the Dockerfile, or null if there is none. */
  readonly dockerfileText: string | null;
  /** Working directory in the container. */
  readonly containerFolder: string;
  /** Folder of the user's code that it runs, as seen from the Compose file; undefined for an image of others. */
  readonly code: string | undefined;
}

/** `others`: all services, if the file was written by an export; else null. */
export const readService = (
  name: string,
  data: Data,
  others: readonly string[] | null,
  source: Source,
  variables: Variables,
  reportLoss: ReportLoss,
): Service => {
  const now = (value: unknown): string | undefined => {
    const written = text(value);
    return written === undefined ? undefined : interpolatedNow(written, variables, reportLoss);
  };
  const volumes = list(data['volumes']);
  const binds = bindMounts(volumes);
  const build = readBuild(data['build'], now, source);
  const containerFolder = now(data['working_dir']) ?? build?.dockerfile.folder ?? '/';
  const places = new ContainerPaths([...binds, ...copied(build)]);
  const code =
    build === null ? mountedCode(containerFolder, binds, source) : codeFolder(build, places, containerFolder);
  return {
    name,
    data: others === null ? data : { ...data, environment: withoutGiven(environmentOf(data), others) },
    image: now(data['image']) ?? '',
    ports: readPorts(data, variables, reportLoss),
    paths: new ContainerPaths([...binds, ...copied(build), ...ownFolder(build, code)]),
    volumes,
    portNames: others === null ? new Map() : portNames(environmentOf(data)),
    dockerfile: build?.dockerfile ?? null,
    dockerfileText: build?.text ?? null,
    build: build === null ? undefined : buildFields(build),
    containerFolder,
    code,
  };
};

/** A Dockerfile within the Compose file has no path. */
const buildFields = ({ context, file, text: content, target, args, isInline }: Build): Fields => ({
  context,
  dockerfile: isInline || file === 'Dockerfile' ? undefined : posix.join(context, file),
  dockerfileInline: isInline ? (content ?? undefined) : undefined,
  target,
  args: Object.keys(args).length === 0 ? undefined : args,
});

interface Build {
  readonly context: string;
  /** Path of the Dockerfile in the context. */
  readonly file: string;
  readonly text: string | null;
  readonly isInline: boolean;
  readonly target: string | undefined;
  readonly args: Readonly<Record<string, string>>;
  readonly dockerfile: Dockerfile;
}

const readBuild = (
  written: unknown,
  now: (value: unknown) => string | undefined,
  { folder, machine }: Source,
): Build | null => {
  if (written === undefined || written === null) return null;
  const data = typeof written === 'string' ? { context: written } : record(written);
  const context = now(data['context']) ?? '.';
  // A repository elsewhere is no code of this machine.
  if (/^(https?:|git@|git:|ssh:|docker-image:)/.test(context)) return null;
  const file = now(data['dockerfile']) ?? 'Dockerfile';
  const inline = text(data['dockerfile_inline']);
  const content = inline ?? machine.read(join(folder, context, file));
  return {
    context: normalize(context),
    file,
    text: content,
    isInline: inline !== undefined,
    target: now(data['target']),
    args: Object.fromEntries(
      Object.entries(asVariables(data['args'])).flatMap(([name, value]) => {
        const content = text(value) ?? machine.env[name];
        return content === undefined
          ? []
          : [[name, text(value) === undefined ? content : (now(content) ?? '')]];
      }),
    ),
    dockerfile: readDockerfile(content ?? '', now(data['target'])),
  };
};

/** What a Dockerfile says nothing of is in its folder as well: code is often mounted there, or copied in parts. */
const ownFolder = (build: Build | null, code: string | undefined): readonly Mount[] => {
  const folder = build?.dockerfile.folder ?? '/';
  return code === undefined || folder === '/' ? [] : [{ source: code, target: folder }];
};

const copied = (build: Build | null): readonly Mount[] =>
  (build?.dockerfile.copies ?? []).map(({ from, to }) => ({
    source: posix.join(build?.context ?? '.', from),
    target: to,
  }));

/** Folders that hold Dockerfiles of code elsewhere. */
const DOCKER_FOLDER =
  /^\.?(docker|dockerfiles?|containers?|deploy|deployment|build|ops|infra|ci|compose|devcontainer|local|dev)(\/|$)/i;

const codeFolder = ({ context, file }: Build, paths: ContainerPaths, containerFolder: string): string => {
  const mapped = containerFolder === '/' ? null : paths.toHost(containerFolder);
  const known = mapped === null ? context : normalize(mapped);
  const beside = posix.dirname(posix.normalize(file));
  const isWhole = trimmed(known) === trimmed(context);
  return isWhole && beside !== '.' && !beside.startsWith('..') && !DOCKER_FOLDER.test(beside)
    ? posix.join(context, beside)
    : trimmed(known);
};

const trimmed = (path: string): string => path.replace(/(?<=.)\/+$/, '') || '.';

/** A service with only an image runs the user's code if its working directory is a folder from here. */
const mountedCode = (
  containerFolder: string,
  binds: readonly Mount[],
  { folder, machine }: Source,
): string | undefined => {
  if (containerFolder === '/') return undefined;
  const mapped = new ContainerPaths(binds).toHost(containerFolder);
  if (mapped === null || mapped.startsWith('/') || !machine.isFolder(join(folder, mapped))) return undefined;
  return trimmed(normalize(mapped));
};
