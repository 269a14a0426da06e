import { posix } from 'node:path';
import { compact } from '../../export/compact.ts';
import { imageOf } from '../../export/images.ts';
import type { Process } from '../../export/pod.ts';
import type { ComposeOptions, Data } from './compose-file.ts';
import { pathHere } from './path-here.ts';

const PULLS = { missing: undefined, always: 'always', never: 'never' } as const;

/** The image of a service, and how it is built. One that the command line says is taken as it is. */
export const imageFieldsOf = (process: Process, options: ComposeOptions): Data => {
  const { command } = process.launch;
  const image = imageOf(process, options);
  if (command.kind !== 'container' || image !== String(command.image)) return { image };
  return compact({
    image: literal(image),
    build: buildOf(command.build, options.folder),
    pull_policy: PULLS[command.pull],
  });
};

type Build = Extract<Process['launch']['command'], { readonly kind: 'container' }>['build'];

/** Compose looks for a Dockerfile in the context. */
const buildOf = (build: Build, folder: string): Data | undefined => {
  if (build === null) return undefined;
  const context = pathHere(build.context, folder);
  return compact({
    context,
    dockerfile:
      build.dockerfile === null ? undefined : fromContext(context, pathHere(build.dockerfile, folder)),
    dockerfile_inline: build.inline === null ? undefined : literal(build.inline),
    target: build.target ?? undefined,
    args: compact(
      Object.fromEntries(Object.entries(build.args).map(([name, value]) => [name, literal(value)])),
    ),
  });
};

/** Compose fills in variables. */
const literal = (text: unknown): string => String(text).replaceAll('$', () => '$$');

const fromContext = (context: string, file: string): string | undefined => {
  const path = posix.isAbsolute(file) === posix.isAbsolute(context) ? posix.relative(context, file) : file;
  return path === 'Dockerfile' ? undefined : path;
};
