import jsTokens, { type Token } from 'js-tokens';

/** Globals whose results depend on their arguments alone. `RegExp` itself knows the last match, whose it may be. */
const HARMLESS = new Set(
  (
    'Array BigInt Boolean Error Infinity JSON Map NaN Number Object Promise RangeError Set String Symbol SyntaxError ' +
    'TypeError URL URLSearchParams decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN ' +
    'parseFloat parseInt structuredClone undefined'
  ).split(' '),
);

const NO_GLOBALS: readonly string[] = [
  // Names of a module's own. In CommonJS, `this` of a function is the global object.
  ...['require', 'module', 'exports', '__dirname', '__filename', 'this', 'arguments'],
  // Ways to a global that need no name of one.
  ...['constructor', 'stack', 'captureStackTrace', 'prepareStackTrace'],
  // What sidecarctl has besides `defineConfig`.
  'startPod',
];

/** These go by the user's locale, which the environment chooses. */
const BY_LOCALE = /^(?:toLocale|localeCompare)/;

const NO_MEANING: readonly Token['type'][] = [
  'WhiteSpace',
  'LineTerminatorSequence',
  'SingleLineComment',
  'MultiLineComment',
  'HashbangComment',
];

/**
 * True if code may read anything besides what it imports by path: it names a global such as `process` or `Date`, or it
 * imports a package other than sidecarctl. This looks at words alone and knows no scopes, so it errs on the safe side. It
 * does not find a name that is put together to hide it, such as `'constr' + 'uctor'`.
 */
export const readsAmbient = (code: string, globals: readonly string[] = globalNames()): boolean => {
  const ambient = new Set([...globals, ...NO_GLOBALS].filter((name) => !HARMLESS.has(name)));
  const tokens = [...jsTokens(code)].filter(({ type }) => !NO_MEANING.includes(type));
  return tokens.some((token, at) => {
    const { type, value } = token;
    const before = tokens[at - 1];
    const after = tokens[at + 1];
    switch (type) {
      case 'IdentifierName':
        return isAmbientName(value, after) || (ambient.has(value) && !isKey(before, after));
      case 'StringLiteral':
        return isForeignImport(value, before) || value.includes('constructor');
      case 'RegularExpressionLiteral':
        // TypeScript's `a! / b / c` is taken for one.
        return value.split(/[^\p{ID_Continue}$]+/u).some((word) => ambient.has(word));
      default:
        return type === 'Invalid' || value.includes('constructor');
    }
  });
};

/** An escape hides a name; `import.meta` is the module's own, and `import()` is of whatever is computed. */
const isAmbientName = (name: string, after: Token | undefined): boolean =>
  name.includes('\\') ||
  BY_LOCALE.test(name) ||
  (name === 'import' && (after?.value === '.' || after?.value === '('));

const isForeignImport = (literal: string, before: Token | undefined): boolean =>
  (before?.value === 'from' || before?.value === 'import') &&
  !/^["'](?:sidecarctl|\.\.?\/.*)["']$/.test(literal);

/** A key of an object is no reference; `a ? name : b` is one. */
const isKey = (before: Token | undefined, after: Token | undefined): boolean =>
  after?.value === ':' && (before?.value === '{' || before?.value === ',');

const globalNames = (): readonly string[] => Object.getOwnPropertyNames(globalThis);
