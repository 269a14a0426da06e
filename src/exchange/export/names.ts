const LONGEST = 63;

/**
 * A name as other tools take it (a label of RFC 1123): lower case, digits and dashes, at most 63 characters.
 *
 * @example
 * labelOf('Web_App') // 'web-app'
 */
export const labelOf = (name: string): string => cut(dashed(name), LONGEST) || 'x';

const LONGEST_WORKLOAD = 52;

/**
 * A name of what runs processes elsewhere. It begins with a letter, as that of a Service of Kubernetes does, and has room for
 * the hash behind it in the labels of a StatefulSet's pods.
 *
 * @example
 * workloadName('2048 Game') // 'app-2048-game'
 */
export const workloadName = (name: string): string => {
  const label = dashed(name).replace(/^-+/, '');
  return cut(/^[a-z]/.test(label) ? label : `app-${label}`, LONGEST_WORKLOAD);
};

export const dashed = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

export const cut = (name: string, length: number): string =>
  name.replace(/^-+/, '').slice(0, length).replace(/-+$/, '');
