import type { Process } from '../export/pod.ts';
import type { Manifest } from './export-options.ts';

/**
 * What lets a container that does not run as root read its files: they belong to root, and the group gets the rights of the
 * owner. Undefined if no process needs it.
 */
export const fileGroupOf = (processes: readonly Process[]): Manifest | undefined => {
  const [group] = processes.filter(hasClosedFiles).flatMap((process) => groupOf(process) ?? []);
  // A volume whose root has the group already is left as it is.
  return group === undefined ? undefined : { fsGroup: group, fsGroupChangePolicy: 'OnRootMismatch' };
};

/** The right of others to read. */
const OTHERS_READ = 0o004;

const hasClosedFiles = ({ files }: Process): boolean =>
  files.some(({ mode }) => (Number(mode) & OTHERS_READ) === 0);

const NOBODY = 65_534;

/** Null: it runs as root, or as the user of its image, which nobody knows here. */
const groupOf = ({ launch: { command } }: Process): number | null => {
  const user = command.kind === 'container' ? command.user : null;
  if (user === null || /^(0|root)(:|$)/.test(String(user))) return null;
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(String(user)) ?? [];
  return Number(gid) || Number(uid) || NOBODY;
};
