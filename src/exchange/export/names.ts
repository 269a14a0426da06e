const LONGEST = 63;

/**
 * A name as other tools take it (a label of RFC 1123): lower case, digits and dashes, at most 63 characters.
 *
 * @example
 * labelOf('Web_App') // 'web-app'
 */
export const labelOf = (name: string): string => cut(dashed(name), LONGEST) || 'x';

export const dashed = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

export const cut = (name: string, length: number): string =>
  name.replace(/^-+/, '').slice(0, length).replace(/-+$/, '');
