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
  return names.map((name) => {
    const label = cut(dashed(name), LONGEST_PORT);
    const free = firstFree(/[a-z]/.test(label) ? label : `port-${label}`, taken);
    taken.add(free);
    return free;
  });
};

const firstFree = (label: string, taken: ReadonlySet<string>): string => {
  if (!taken.has(label)) return label;
  const numbered = (count: number): string => `${cut(label, LONGEST_PORT - 3)}-${count}`;
  let count = 2;
  while (taken.has(numbered(count))) count++;
  return numbered(count);
};
