import jsTokens, { type Token } from 'js-tokens';

/** Globals whose results depend on their arguments alone. */
const HARMLESS = new Set(
  (
    'Array BigInt Boolean Error Infinity JSON Map NaN Number Object Promise RangeError RegExp Set String Symbol ' +
    'SyntaxError TypeError URL URLSearchParams decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite ' +
    'isNaN parseFloat parseInt structuredClone undefined'
  ).split(' '),
);

/** Names of a module's own, and a way to every global that needs no name of one. */
const OF_MODULES = ['require', 'module', 'exports', '__dirname', '__filename', 'constructor'];

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
 * imports a package other than sidecarctl. This looks at words alone and knows no scopes, so it errs on the safe side.
 */
export const readsAmbient = (code: string, globals: readonly string[] = globalNames()): boolean => {
  const ambient = new Set([...globals, ...OF_MODULES].filter((name) => !HARMLESS.has(name)));
  const tokens = [...jsTokens(code)].filter(({ type }) => !NO_MEANING.includes(type));
  return tokens.some((token, at) => {
    const before = tokens[at - 1];
    const after = tokens[at + 1];
    if (token.type === 'StringLiteral')
      return isForeignImport(token.value, before) || token.value.includes('constructor');
    if (token.type === 'Invalid') return true;
    if (token.type !== 'IdentifierName') return false;
    // An escape hides a name.
    if (token.value.includes('\\')) return true;
    // `import.meta`, and `import()` of whatever is computed.
    if (token.value === 'import') return after?.value === '.' || after?.value === '(';
    if (BY_LOCALE.test(token.value)) return true;
    return ambient.has(token.value) && !isKey(before, after);
  });
};

const isForeignImport = (literal: string, before: Token | undefined): boolean =>
  (before?.value === 'from' || before?.value === 'import') &&
  !/^["'](?:sidecarctl|\.\.?\/.*)["']$/.test(literal);

/** A key of an object is no reference; `a ? name : b` is one. */
const isKey = (before: Token | undefined, after: Token | undefined): boolean =>
  after?.value === ':' && (before?.value === '{' || before?.value === ',');

const globalNames = (): readonly string[] =>
  Object.getOwnPropertyNames(globalThis).filter((name) => name !== 'constructor');
