import type { PathMatch } from '../options.ts';

/** Whether a path without its query matches. */
export type PathTest = (path: string) => boolean;

/** Gateway API's rules for paths. They are compared as they are on the wire, with upper and lower case apart. */
export const compilePath = ({ type, value }: PathMatch): PathTest => {
  switch (type) {
    case 'Exact':
      return (path) => path === value;
    case 'PathPrefix':
      return prefixTest(withoutSlash(value));
    case 'RegularExpression': {
      const expression = wholly(value);
      return (path) => expression.test(path);
    }
  }
};

/** A prefix ends at the end of an element: `/foo` has `/foo` and `/foo/bar`, but not `/foobar`. */
const prefixTest = (prefix: string): PathTest => {
  if (prefix === '') return () => true;
  return (path) => path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
};

/** `/foo/` is the same prefix as `/foo`, and `/` the empty one. */
export const withoutSlash = (prefix: string): string => (prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);

/** An expression for a whole text, as in Envoy. Throws where it does not compile. */
export const wholly = (expression: string): RegExp => {
  // Alone first: `a)(?:b` would compile within the group.
  new RegExp(expression);
  return new RegExp(`^(?:${expression})$`);
};
