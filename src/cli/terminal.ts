import { isTerminal } from './is-terminal.ts';
import { ownStdout } from './own-stdout.ts';

/**
 * Decides on colors. Node judges NO_COLOR, FORCE_COLOR and TERM; without a terminal only FORCE_COLOR gives colors. It
 * asks the descriptor, because `process.stdout` would create a stream whose writes block.
 */
export const wantsColor = (fd: 1 | 2, allowed: boolean): boolean => {
  if (!allowed || process.env['NO_COLOR']) return false;
  if (isTerminal(fd)) return terminals().hasColors();
  const { FORCE_COLOR } = process.env;
  return FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
};

/** Number of colors that the dashboard's terminal shows. */
export const colorsOnTerminal = (allowed: boolean): 0 | 16 | 256 => {
  if (!wantsColor(1, allowed)) return 0;
  return terminals().hasColors(256) ? 256 : 16;
};

const terminals = () => process.getBuiltinModule('node:tty').WriteStream.prototype;

/**
 * True unless the terminal is one that prints links (OSC 8) as text: that of the Linux kernel, those within Emacs, and
 * VTE before 0.50. Others show them, or leave them out.
 */
export const takesLinks = ({ TERM = '', INSIDE_EMACS, VTE_VERSION }: NodeJS.ProcessEnv): boolean =>
  !/^(?:linux|cons25|eterm)/.test(TERM) && !INSIDE_EMACS && !(Number(VTE_VERSION) < 5_000);

/** Resolves when everything written has left the process, or when the reader is gone and that has been noticed. */
export const flush = (name: 'stdout' | 'stderr'): Promise<void> =>
  new Promise((resolve) => {
    const stream = openStream(name);
    if (stream === null) return resolve();
    // A failed write reports its error a turn later.
    if (stream.destroyed || !stream.writable || stream.errored !== null) return void setImmediate(resolve);
    stream.on('error', () => resolve());
    stream.once('close', resolve);
    stream.write('', () => resolve());
  });

/** A socket that a pod still writes to cannot be opened again (EEXIST): then this stream has written nothing. */
const openStream = (name: 'stdout' | 'stderr'): NodeJS.WriteStream | null => {
  try {
    return name === 'stdout' ? ownStdout() : process.stderr;
  } catch {
    return null;
  }
};
