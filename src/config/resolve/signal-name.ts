import { constants } from 'node:os';

/** All signals of this platform. */
export const signalNames: readonly string[] = Object.keys(constants.signals);

/**
 * Full name of a signal, or `null` if the platform has none of that name.
 *
 * @example
 * signalName('TERM') // 'SIGTERM'
 */
export const signalName = (written: string): string | null => {
  const name = written.startsWith('SIG') ? written : `SIG${written}`;
  return Object.hasOwn(constants.signals, name) ? name : null;
};

/** Number on this platform, or 0 for an unknown name. */
export const signalNumber = (name: string): number =>
  (constants.signals as Readonly<Record<string, number>>)[name] ?? 0;
