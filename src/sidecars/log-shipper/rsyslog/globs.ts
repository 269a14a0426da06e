import { escaped } from '../../engines/expressions.ts';

/** Folders that `**` stands for at most: rsyslog knows no `**`, and watches every folder. */
const DEPTH = 4;

/** One element of a path, as both glob(3) and the embedded engine read it. */
const ELEMENT = /^(?:[^\\!@+()[\]{}?*]|[*?]|\[!?[^\]\\[]+\]|\{[^\\()[\]{}]*,[^\\()[\]{}]*\})+$/;

const isElement = (text: string): boolean => ELEMENT.test(text) && !text.includes('**');

/**
 * The paths that rsyslog watches for these globs; `null` if it cannot. All of a folder are one path: it would read a file
 * twice that two of its paths have.
 *
 * @example
 * watchedPaths(['*.log', '*.txt']); // ['{*.log,*.txt}']
 */
export const watchedPaths = (globs: readonly string[]): readonly string[] | null => {
  const all = globs.flatMap(levelsOf);
  if (!all.every((path) => path.split('/').every(isElement))) return null;
  const folders = new Map<string, string[]>();
  for (const path of all) {
    const at = path.lastIndexOf('/') + 1;
    const [folder, name] = [path.slice(0, at), path.slice(at)];
    folders.set(folder, [...new Set([...(folders.get(folder) ?? []), name])]);
  }
  if (canOverlap([...folders.keys()])) return null;
  return [...folders].map(([folder, [name = '', ...more]]) =>
    more.length === 0 ? `${folder}${name}` : `${folder}{${[name, ...more].join()}}`,
  );
};

/** `**` as no folder, one, two, and so on. */
const levelsOf = (glob: string): readonly string[] => {
  const whole = glob.replace(/^\.\//, '').replace(/(^|\/)\*\*$/, '$1**/*');
  const [before = '', after, ...more] = whole.split('**/');
  if (after === undefined || more.length > 0) return [whole];
  return Array.from({ length: DEPTH + 1 }, (_, depth) => `${before}${'*/'.repeat(depth)}${after}`);
};

const canOverlap = (folders: readonly string[]): boolean =>
  folders.some((one, index) =>
    folders.slice(index + 1).some((other) => {
      const elements = other.split('/');
      const own = one.split('/');
      return own.length === elements.length && own.every((each, at) => canBeSame(each, elements[at] ?? ''));
    }),
  );

const WILD = /[*?[{]/;

const canBeSame = (one: string, other: string): boolean =>
  one === other || WILD.test(one) || WILD.test(other);

/** An extended regular expression of POSIX for the names that a glob matches; `null` if there is none. */
export const globExpression = (glob: string): string | null => {
  const parts = glob.replace(/^\.\//, '').split('/');
  if (!parts.every((part) => part === '**' || isElement(part))) return null;
  const last = parts.length - 1;
  const elements = parts.map((part, index) => {
    if (part === '**') return index === last ? '.*' : '([^/]+/)*';
    return `${elementExpression(part)}${index === last ? '' : '/'}`;
  });
  return `^${elements.join('')}$`;
};

const elementExpression = (element: string): string =>
  element.replaceAll(/\[!?[^\]]+\]|[{},*?]|[^[{},*?]+/g, (part) => {
    if (part.startsWith('[')) return part.replace(/^\[!/, '[^');
    return { '*': '[^/]*', '?': '[^/]', '{': '(', '}': ')', ',': '|' }[part] ?? escaped(part);
  });
