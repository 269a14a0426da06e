import { cut, dashed } from '../export/names.ts';

const LONGEST_PORT = 15;

/**
 * Names of ports: at most 15 characters, with a letter (an IANA service name). Those of one container differ.
 *
 * @example
 * portLabels(['main', 'administration-http']) // ['main', 'administration']
 */
export const portLabels = (names: readonly string[]): readonly string[] => {
  const taken = new Set<string>();
  return names.map((name, index) => {
    const label = cut(dashed(name), LONGEST_PORT);
    const free = /[a-z]/.test(label) && !taken.has(label) ? label : `port-${index}`;
    taken.add(free);
    return free;
  });
};
