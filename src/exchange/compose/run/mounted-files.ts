import { basename, join, posix } from 'node:path';
import type { Fields, Value } from '../../form/found-pod.ts';
import type { ReportLoss } from '../../form/losses.ts';
import type { Machine } from '../../reading/machine.ts';
import type { RunMount } from './mounts.ts';

/** A file of this machine that is mounted, by itself or in a folder of settings. */
interface MountedFile {
  readonly mount: RunMount;
  /** Absolute path on this machine. */
  readonly file: string;
  /** Path in the container. */
  readonly path: string;
  readonly content: string;
}

/** Files of settings; code may have the same words in it. */
const SETTINGS =
  /\.(cfg|conf|config|env|hcl|ini|json|properties|template|toml|vcl|xml|ya?ml)$|(^|\/)\w+file$/i;

/** Characters: more than any file that a person writes. */
const LONGEST = 500_000;

/** The texts of the files that may name other services: single ones, and those of folders within `/etc`. */
export const mountedFiles = (mounts: readonly RunMount[], machine: Machine): readonly MountedFile[] =>
  mounts.flatMap((mount) =>
    placesOf(mount, machine).flatMap(({ file, path }) => {
      const content = machine.read(file);
      return content === null || content.length > LONGEST || /[\0\uFFFD]/.test(content)
        ? []
        : [{ mount, file, path, content }];
    }),
  );

const placesOf = (
  { source, path }: RunMount,
  machine: Machine,
): readonly { readonly file: string; readonly path: string }[] => {
  if (source === undefined) return [];
  if (machine.isFile(source)) return [{ file: source, path }];
  if (!path.startsWith('/etc/')) return [];
  return machine
    .names(source)
    .filter((name) => SETTINGS.test(name) && machine.isFile(join(source, name)))
    .map((name) => ({ file: join(source, name), path: posix.join(path, name) }));
};

export interface RewrittenMounts {
  readonly mounts: readonly RunMount[];
  readonly files: Fields;
}

/** Mounts copies of the files that name other services, with addresses that work here. */
export const withRewrittenFiles = (
  mounts: readonly RunMount[],
  machine: Machine,
  rewritten: (content: string) => Value,
  reportLoss: ReportLoss,
): RewrittenMounts => {
  const copies = mountedFiles(mounts, machine)
    .map((mounted) => ({ ...mounted, rewritten: rewritten(mounted.content) }))
    .filter((mounted) => mounted.rewritten !== mounted.content)
    .map((mounted, at) => ({ ...mounted, name: nameOf(mounted.file, at) }));
  for (const { file } of copies) reportLoss(COPIED, basename(file));
  const replaced = new Set(copies.filter(({ mount, path }) => path === mount.path).map(({ mount }) => mount));
  return {
    mounts: [
      ...mounts.filter((mount) => !replaced.has(mount)),
      ...copies.map(({ name, path, mount }) => ({ name, path, readOnly: mount.readOnly })),
    ],
    files: Object.fromEntries(
      copies.map(({ name, content, rewritten: text }) => [name, { content: text, mode: modeOf(content) }]),
    ),
  };
};

const nameOf = (file: string, at: number): string =>
  `mounted.${at + 1}.${basename(file).replace(/[^-._a-zA-Z0-9]/g, '-')}`;

const COPIED = 'it is mounted as a copy, in which names of services are addresses that work here';

/** A script is to be run. */
const modeOf = (content: string): string | undefined => (content.startsWith('#!') ? '0755' : undefined);
