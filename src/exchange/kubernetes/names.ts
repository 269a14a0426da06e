const LONGEST = 63;
const LONGEST_PORT = 15;

/**
 * A name as Kubernetes takes it (a label of RFC 1123): lower case, digits and dashes, at most 63 characters.
 *
 * @example
 * labelOf('Web_App') // 'web-app'
 */
export const labelOf = (name: string): string => cut(dashed(name), LONGEST) || 'x';

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

const dashed = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

const cut = (name: string, length: number): string =>
  name.replace(/^-+/, '').slice(0, length).replace(/-+$/, '');
