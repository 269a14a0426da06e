import type { Stray, Survivor } from '../model/survivor.ts';
import { printable } from './printable.ts';
import { maskSecrets } from './secrets.ts';

/** For example `pid 812 (root: sleep 1000) could not be ended: not permitted; end it with: sudo kill -9 812`. */
export const survivorsText = (survivors: readonly Survivor[]): string => {
  const shown = survivors.slice(0, SHOWN);
  const more = survivors.length - shown.length;
  const who = [...shown.map(survivorText), ...(more === 0 ? [] : [`${more} more`])].join(', ');
  const pids = shown.map(({ pid }) => pid).join(' ');
  return `${who} could not be ended: ${whyOf(survivors)}; ${adviceFor(survivors, pids)}`;
};

/** For example `web has ended, and pid 812 (sleep 1000) may be left of it: …`. */
export const straysText = (process: string, strays: readonly Stray[]): string => {
  const shown = strays.slice(0, SHOWN);
  const more = strays.length - shown.length;
  const named = shown.map(({ pid, command }) => `pid ${pid} (${printable(maskSecrets(command))})`);
  const who = [...named, ...(more === 0 ? [] : [`${more} more`])].join(', ');
  const [keep, them] = strays.length === 1 ? ['it keeps', 'it'] : ['they keep', 'them'];
  return (
    `${process} has ended, but ${who} may be left over from it: sidecarctl cannot tell which process of the pod started ${them}; ` +
    `${keep} running until the pod ends, or end ${them} with: kill ${shown.map(({ pid }) => pid).join(' ')}`
  );
};

const SHOWN = 5;

const survivorText = ({ pid, user, command }: Survivor): string => {
  const facts = [user, command].filter((fact) => fact !== null && fact !== '').join(': ');
  return facts === '' ? `pid ${pid}` : `pid ${pid} (${facts})`;
};

const WHY_TEXT = {
  'not-permitted': 'not permitted',
  uninterruptible: 'it hangs in the kernel, for example waiting for a disk or a network file system',
  unknown: 'it is still there after SIGKILL',
} as const satisfies Record<Survivor['why'], string>;

const whyOf = (survivors: readonly Survivor[]): string =>
  [...new Set(survivors.map(({ why }) => WHY_TEXT[why]))].join(', or ');

/** No signal ends a process that hangs in the kernel. One that must not be killed is for its user, or for root. */
const adviceFor = (survivors: readonly Survivor[], pids: string): string =>
  survivors.some(({ why }) => why === 'not-permitted')
    ? `end it with: sudo kill -9 ${pids}`
    : `look at it with: ps -o pid,stat,wchan:20,args -p ${pids.replaceAll(' ', ',')}, and end it with: sudo kill -9 ${pids}`;
