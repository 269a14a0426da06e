import type { Survivor } from '../core/survivor.ts';

/** `pid 812 (root: sleep 1000) could not be ended: not permitted; end it with: sudo kill -9 812`. */
export const survivorsText = (survivors: readonly Survivor[]): string => {
  const shown = survivors.slice(0, SHOWN);
  const more = survivors.length - shown.length;
  const who = [...shown.map(survivorText), ...(more === 0 ? [] : [`${more} more`])].join(', ');
  const pids = shown.map(({ pid }) => pid).join(' ');
  return `${who} could not be ended: ${whyOf(survivors)}; ${adviceFor(survivors, pids)}`;
};

const SHOWN = 5;

const survivorText = ({ pid, user, command }: Survivor): string => {
  const facts = [user, command].filter((fact) => fact !== null && fact !== '').join(': ');
  return facts === '' ? `pid ${pid}` : `pid ${pid} (${facts})`;
};

const WHY_TEXT = {
  'not-permitted': 'not permitted',
  uninterruptible: 'it hangs in the kernel, as one does that waits for a disk or a network file system',
  unknown: 'it is still there after SIGKILL',
} as const satisfies Record<Survivor['why'], string>;

const whyOf = (survivors: readonly Survivor[]): string =>
  [...new Set(survivors.map(({ why }) => WHY_TEXT[why]))].join(', or ');

/** No signal ends what hangs; what may not be killed is for its user, or for root. */
const adviceFor = (survivors: readonly Survivor[], pids: string): string =>
  survivors.some(({ why }) => why === 'not-permitted')
    ? `end it with: sudo kill -9 ${pids}`
    : `look at it with: ps -o pid,stat,wchan:20,args -p ${pids.replaceAll(' ', ',')}, and end it with: sudo kill -9 ${pids}`;
