import { constants } from 'node:os';

/** Every signal this platform has. */
export const signalNames: readonly string[] = Object.keys(constants.signals);

/**
 * The full name of a signal, `null` when the platform has none of that name.
 *
 * @example signalName('TERM') // 'SIGTERM'
 */
export const signalName = (written: string): string | null => {
  const name = written.startsWith('SIG') ? written : `SIG${written}`;
  return Object.hasOwn(constants.signals, name) ? name : null;
};

/** On this platform; 0 for a name that is none. */
export const signalNumber = (name: string): number =>
  (constants.signals as Readonly<Record<string, number>>)[name] ?? 0;
