import type { Process } from '../export/pod.ts';
import type { Losses } from '../form/losses.ts';
import type { Manifest } from './export-options.ts';

/**
 * What lets a container that does not run as root read its files: they belong to root, and the group gets the rights of the
 * owner. Undefined if no process needs it.
 */
export const fileGroupOf = (processes: readonly Process[], losses: Losses): Manifest | undefined => {
  const closed = processes.filter(({ files }) => files.some(isClosed));
  const [group] = closed.flatMap((process) => groupOf(process) ?? []);
  if (group === undefined) return undefined;
  for (const { name, files } of closed)
    for (const file of files.filter(isClosed))
      losses.of(name)(`the group ${group} of the pod reads it, too`, `files.${file.name}.mode`);
  // A volume whose root has the group already is left as it is.
  return { fsGroup: group, fsGroupChangePolicy: 'OnRootMismatch' };
};

/** The right of others to read. */
const OTHERS_READ = 0o004;

const isClosed = ({ mode }: Process['files'][number]): boolean => (Number(mode) & OTHERS_READ) === 0;

const NOBODY = 65_534;

/** Null: it runs as root, or as the user of its image, which nobody knows here. */
const groupOf = ({ launch: { command } }: Process): number | null => {
  const user = command.kind === 'container' ? command.user : null;
  if (user === null || /^(0|root)(:|$)/.test(String(user))) return null;
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(String(user)) ?? [];
  return Number(gid) || Number(uid) || NOBODY;
};
