/** What stands for a class of characters, within brackets. */
const CLASSES: Readonly<Record<string, string>> = { d: '0-9', w: 'A-Za-z0-9_', s: '[:space:]' };

const NEGATED: Readonly<Record<string, string>> = { D: 'd', W: 'w', S: 's' };

const CONTROL: Readonly<Record<string, string>> = { t: '\t', f: '\f', v: '\v', r: '\r' };

const TOKEN =
  /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|\(\?(?:<[A-Za-z_$][\w$]*>|[\s\S])|(?:[*+?]|\{\d+(?:,\d*)?\})\??|[\s\S]/g;

interface Expression {
  readonly source: string;
  readonly flags: string;
}

/**
 * The extended regular expression of POSIX that matches the same lines; `null` if there is none: it has no look-around, no
 * references to groups, and no other letters than those of ASCII in brackets.
 */
export const extendedExpression = ({ source, flags }: Expression): string | null => {
  if (/[^dgmsu]/.test(flags) || source.includes('${')) return null;
  const parts = (source.match(TOKEN) ?? []).map(translated);
  return parts.includes(null) ? null : parts.join('');
};

const translated = (token: string): string | null => {
  if (token.startsWith('\\')) return escapeOutside(token);
  if (token.length > 1 && token.startsWith('[')) return brackets(token.slice(1, -1));
  // A group is a group, whatever its name is.
  if (token === '(?:' || token.startsWith('(?<')) return token === '(?<' ? null : '(';
  if (token.startsWith('(?')) return null;
  // How much a repetition takes first changes nothing about whether it matches.
  if (/^(?:[*+?]|\{\d.*\})\?$/.test(token)) return token.slice(0, -1);
  return token === '{' ? '\\{' : token;
};

const escapeOutside = (token: string): string | null => {
  const [, letter = ''] = token;
  const own = CLASSES[letter];
  if (own !== undefined) return `[${own}]`;
  const negated = CLASSES[NEGATED[letter] ?? ''];
  if (negated !== undefined) return `[^${negated}]`;
  if (letter === 'b' || letter === 'B') return token;
  const character = characterOf(token);
  return character === null ? null : character.replaceAll(/[.^$*+?()[\]{}|\\]/g, '\\$&');
};

/** The one character that an escape stands for. */
const characterOf = (token: string): string | null => {
  const [, letter = ''] = token;
  if (CONTROL[letter] !== undefined) return CONTROL[letter];
  const code = /^\\[xu]([\da-fA-F]+)$/.exec(token)?.[1];
  if (code !== undefined) {
    const character = String.fromCharCode(Number.parseInt(code, 16));
    return /^[\t\x20-\x7e]$/.test(character) ? character : null;
  }
  return /^\W$/.test(letter) && letter !== '\n' ? letter : null;
};

/** In brackets of POSIX, a `]` comes first, a `-` last, and no `^` at the beginning; `[:` begins the name of a class. */
const brackets = (inside: string): string | null => {
  const isNegated = inside.startsWith('^');
  const tokens = (isNegated ? inside.slice(1) : inside).match(
    /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|[\s\S])|[\s\S]/g,
  );
  if (tokens === null) return null;
  const items = itemsOf(tokens);
  if (items === null) return null;
  const has = (item: string): string => (items.includes(item) ? item : '');
  const middle = items.filter((item) => !PLACED.has(item)).join('');
  const all = `${has(']')}${middle}${has('[')}${has('^')}${has('-')}`;
  if (isNegated || !all.startsWith('^')) return `[${isNegated ? '^' : ''}${all}]`;
  return all === '^' ? '\\^' : '[-^]';
};

const PLACED: ReadonlySet<string> = new Set([']', '[', '^', '-']);

/** Single characters, ranges and classes. */
const itemsOf = (tokens: readonly string[]): readonly string[] | null => {
  const items: string[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const from = itemOf(tokens[at] ?? '');
    const isRange = tokens[at + 1] === '-' && at + 2 < tokens.length;
    const to = isRange ? itemOf(tokens[at + 2] ?? '') : from;
    if (from === null || to === null) return null;
    if (!isRange) items.push(from);
    else if (/^[^\]^[-]$/.test(from) && /^[^\]^[-]$/.test(to)) items.push(`${from}-${to}`);
    else return null;
    if (isRange) at += 2;
  }
  return items;
};

const itemOf = (token: string): string | null => {
  if (token.startsWith('\\')) return CLASSES[token[1] ?? ''] ?? characterOf(token);
  return /^[\t\x20-\x7e]$/.test(token) ? token : null;
};
