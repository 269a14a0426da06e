/** A program that a shell line is certain to run first. */
interface ShellProgram {
  readonly file: string;
  /** Folders that the line has changed to by then: the words of its `cd`s, each relative to the one before. */
  readonly folders: readonly string[];
}

/** Built-ins of the shell that do not affect how a later program is found. */
const HARMLESS = new Set([
  ':',
  'true',
  'set',
  'umask',
  'ulimit',
  'export',
  'readonly',
  'echo',
  'printf',
  'trap',
  'unset',
]);

/** Built-ins of the shell, and words of its grammar that begin a command. */
const SHELLS_OWN = new Set(
  (
    '. [ alias bg break case command continue do done elif else esac eval exec exit false fg fi for getopts hash if in jobs ' +
    'kill local pwd read return shift test then times type unalias until wait while ! { } function select time'
  ).split(' '),
);

/** Built-ins of bash that POSIX's sh does not have. */
const BASH_ONLY = new Set(
  'source [[ (( declare typeset shopt pushd popd let mapfile readarray disown'.split(' '),
);

/**
 * Returns the programs that a line runs before any other program could create them: the first one, and those at the
 * other ends of its pipe. It returns only certain ones: none if a word is expanded or unusually quoted, or if the line
 * is more than a simple command.
 *
 * @example
 * certainPrograms('cd api && PORT=1 exec node .') // [{ file: 'node', folders: ['api'] }]
 */
export const certainPrograms = (line: string): readonly ShellProgram[] => {
  const folders: string[] = [];
  for (const { text, before } of commandsOf(line)) {
    // A command after || runs only after a failure, and one after & runs beside another.
    if (before === '||' || before === '&') return [];
    const words = wordsOf(text);
    if (words === null) return [];
    // From here on programs are searched for elsewhere.
    if (/(?:^|\s)PATH=/.test(text)) return [];
    const [name, ...rest] = commandWords(words);
    if (name === undefined) continue;
    if (HARMLESS.has(name)) {
      const others = restOfPipe(line, text, folders).filter(({ file }) => isProgram(file));
      if (others.length > 0) return others;
      continue;
    }
    if (name === 'cd') {
      const [folder] = rest;
      if (folder === undefined || rest.length > 1 || folder.startsWith('-')) return [];
      folders.push(folder);
      continue;
    }
    return [{ file: name, folders }, ...restOfPipe(line, text, folders)].filter(({ file }) =>
      isProgram(file),
    );
  }
  return [];
};

/** Returns the bash built-in that a line begins with, or null. */
export const bashOnlyWord = (line: string): string | null => {
  const [first] = commandsOf(line);
  const word = /^\s*(\S+)/.exec(first?.text ?? '')?.[1] ?? '';
  return BASH_ONLY.has(word) ? word : null;
};

const isProgram = (word: string): boolean =>
  !SHELLS_OWN.has(word) && !BASH_ONLY.has(word) && !HARMLESS.has(word);

/** Removes variable assignments and `exec`. */
const commandWords = (words: readonly string[]): readonly string[] => {
  const rest = words.slice(words.findIndex((word) => !isAssignment(word)));
  if (words.every(isAssignment)) return [];
  return rest[0] === 'exec' && rest[1]?.startsWith('-') !== true ? rest.slice(1) : rest;
};

const isAssignment = (word: string): boolean => /^[A-Za-z_]\w*=/.test(word);

interface Command {
  readonly text: string;
  /** Operator before it; '' for the first. */
  readonly before: string;
}

const OPERATOR = /\|\||&&|[;\n|&]/;

/**
 * Splits at operators outside quotes. A line that cannot be split counts as one command, and no word is read from it.
 */
const commandsOf = (line: string): readonly Command[] => {
  const opening = /^(?:\s*(?:#.*\n|\{\s|\())*\s*/.exec(line)?.[0] ?? '';
  const rest = line.slice(opening.length);
  const opened = opening.includes('(') ? rest.replace(/\)\s*$/, '') : rest;
  const commands: { text: string; before: string }[] = [{ text: '', before: '' }];
  for (const [piece] of opened.matchAll(
    /'[^']*'|"(?:\\.|[^"\\])*"|\\[\s\S]|\d*[<>]+&?\d*-?|\|\||&&|[;\n|&]|[\s\S]/g,
  )) {
    const last = commands.at(-1);
    if (piece !== '' && OPERATOR.test(piece) && piece.length <= 2 && !/['"\\<>]/.test(piece)) {
      commands.push({ text: '', before: piece });
    } else if (last !== undefined) last.text += piece;
  }
  return commands.filter(({ text }) => text.trim() !== '');
};

const restOfPipe = (line: string, first: string, folders: readonly string[]): readonly ShellProgram[] => {
  const commands = commandsOf(line);
  const from = commands.findIndex(({ text }) => text === first) + 1;
  const end = commands.findIndex(({ before }, index) => index >= from && before !== '|');
  return commands.slice(from, end === -1 ? undefined : end).flatMap(({ text }) => {
    const [file] = commandWords(wordsOf(text) ?? []);
    return file === undefined || file === 'cd' ? [] : [{ file, folders }];
  });
};

/** Splits into words; null if one is not literal. */
const wordsOf = (text: string): readonly string[] | null => {
  const words: string[] = [];
  for (const word of text.trim().split(/\s+(?=(?:[^'"]*(?:'[^']*'|"[^"]*"))*[^'"]*$)/)) {
    if (/[<>]/.test(word)) break;
    const plain = unquoted(word);
    // The words after the first ones are the program's own.
    if (plain === null && words.some((each) => !isAssignment(each) && each !== 'exec' && each !== 'cd'))
      break;
    if (plain === null && !isAssignment(word)) return null;
    words.push(plain ?? word);
  }
  return words;
};

/** Returns a literal word, or null if it is expanded or part of the shell's grammar. */
const unquoted = (word: string): string | null => {
  const [, double, single] = /^(?:"([^"$`\\]*)"|'([^']*)')$/.exec(word) ?? [];
  const plain = double ?? single ?? word;
  if (plain !== word) return plain;
  return /[$`*?~'"\\(){}#]|\[./.test(word) && word !== '[[' ? null : word;
};
