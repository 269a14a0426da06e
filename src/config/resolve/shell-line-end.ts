import type { ArgumentsBlocker } from '../../model/failures/config-problem.ts';

/**
 * Returns why words after this line of a POSIX shell would not be arguments of its last command; null if they would.
 * The line has no blanks at its end.
 *
 * @example
 * argumentsBlocker('node server.js # the app') // 'comment'
 * argumentsBlocker('node server.js') // null
 */
export const argumentsBlocker = (line: string): ArgumentsBlocker | null => {
  const tokens = tokensOf(line);
  const broken = tokens.find(({ kind }) => kind === 'quote' || kind === 'here-document');
  if (broken !== undefined) return broken.kind as ArgumentsBlocker;
  const last = tokens.findLast(({ kind }) => kind !== 'blank' && kind !== 'line-break');
  if (last === undefined) return null;
  if (last.kind === 'comment' || last.kind === 'operator') return last.kind;
  if (last.kind === 'close' || (last.isCommand && CLOSES_COMPOUND.has(last.text))) return 'compound';
  return null;
};

type Kind = ArgumentsBlocker | 'word' | 'blank' | 'line-break' | 'open' | 'close';

interface Token {
  readonly kind: Kind;
  readonly text: string;
  /** True if the token is in the place of a command's name. */
  readonly isCommand: boolean;
}

/** Words that close a compound command: only redirections may follow. */
const CLOSES_COMPOUND = new Set(['fi', 'done', 'esac', '}']);

/** Has one alternative for each group, in the order of `KINDS`. */
const TOKEN =
  /((?:\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|`(?:\\[\s\S]|[^`\\])*`|<<<|[<>]&|>\||[^\s'"`\\<>()&|;]|<(?!<)|>)+)|([ \t\r]+)|(\n)|([;&|]+|\\)|(\()|(\))|(<<)|(['"`])/g;
const KINDS: readonly Kind[] = [
  'word',
  'blank',
  'line-break',
  'operator',
  'open',
  'close',
  'here-document',
  'quote',
];
const BEFORE_COMMAND: readonly (Kind | undefined)[] = [undefined, 'line-break', 'operator', 'open'];

const tokensOf = (line: string): readonly Token[] => {
  const tokens: Token[] = [];
  const text = withoutSubstitutions(line);
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [found, ...groups] = match;
    const kind = KINDS[groups.findIndex((group) => group !== undefined)] ?? 'word';
    const before = tokens.findLast((token) => token.kind !== 'blank')?.kind;
    const isCommand = BEFORE_COMMAND.includes(before);
    if (kind !== 'word' || !found.startsWith('#')) tokens.push({ kind, text: found, isCommand });
    else {
      const end = text.indexOf('\n', match.index);
      TOKEN.lastIndex = end === -1 ? text.length : end;
      tokens.push({ kind: 'comment', text: found, isCommand });
    }
  }
  return tokens;
};

/** `$(…)` is a part of a word, whatever it contains: the innermost ones are removed first. */
const withoutSubstitutions = (line: string): string => {
  const shorter = line.replace(/\$\((?:[^()'"`\\]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\\[\s\S])*\)/g, '_');
  return shorter === line ? line : withoutSubstitutions(shorter);
};
