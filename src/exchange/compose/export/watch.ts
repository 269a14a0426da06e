import { posix } from 'node:path';
import { compact } from '../../export/compact.ts';
import { FOLDER } from '../../export/inside.ts';
import type { Process } from '../../export/pod.ts';
import type { ReportLoss } from '../../form/losses.ts';
import type { Data } from './compose-file.ts';
import { writtenHere } from './path-here.ts';

/** What `docker compose watch` does. Code of this machine goes to where its image has it. */
export const watchOf = ({ launch, watch }: Process, folder: string, lost: ReportLoss): Data | undefined => {
  if (watch === null) return undefined;
  const { paths, ignore, action, polling } = watch;
  if (action.kind !== 'restart') lost('a change restarts the container', 'watch.action');
  if (polling !== null) lost('Compose is told of changes by the kernel', 'watch.polling');
  const [said, negated] = [paths.map(String), paths.map(String).filter((path) => path.startsWith('!'))];
  if (negated.length > 0) lost('Compose takes no path back', 'watch.paths');
  const rules = said
    .filter((path) => !negated.includes(path))
    .map((path) => {
      const { base, rest } = divided(path);
      return compact({
        path: writtenHere(base, folder),
        ...reactionOf(launch.command, base),
        include: rest === '' ? undefined : [rest],
        ignore: ignore.map(String).flatMap((glob) => within(glob, base)),
      });
    });
  return rules.length === 0 ? undefined : { watch: rules };
};

/** A glob as the folder that it begins with, and the rest. */
const divided = (glob: string): { readonly base: string; readonly rest: string } => {
  const parts = posix.normalize(glob).split('/');
  const at = parts.findIndex((part) => /[*?[\]{}()!]/.test(part));
  if (at === -1) return { base: parts.join('/'), rest: '' };
  return { base: parts.slice(0, at).join('/') || '.', rest: parts.slice(at).join('/') };
};

const reactionOf = (command: Process['launch']['command'], base: string): Data => {
  if (command.kind !== 'container') return { action: 'sync+restart', target: posix.join(FOLDER, base) };
  return { action: command.build === null ? 'restart' : 'rebuild' };
};

/** What of a glob is below a folder: Compose has them relative to what it watches. */
const within = (glob: string, base: string): readonly string[] => {
  if (glob.startsWith('**/')) return [glob];
  const below = posix.relative(base, posix.normalize(glob));
  return below.startsWith('..') || below === '' ? [] : [below];
};
