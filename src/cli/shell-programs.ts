/** What a shell line is certain to run first, as far as its words tell. */
export interface ShellProgram {
  readonly file: string;
  /** Where the line has gone by then: the words of its `cd`s, each from the one before it. */
  readonly folders: readonly string[];
}

/** What the shell does itself. What these do before a program runs changes nothing about finding it. */
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

/** What the shell does itself, and what of its grammar begins a command. */
const SHELLS_OWN = new Set(
  (
    '. [ alias bg break case command continue do done elif else esac eval exec exit false fg fi for getopts hash if in jobs ' +
    'kill local pwd read return shift test then times type unalias until wait while ! { } function select time'
  ).split(' '),
);

/** What bash does itself and POSIX's sh does not know. */
const BASH_ONLY = new Set(
  'source [[ (( declare typeset shopt pushd popd let mapfile readarray disown'.split(' '),
);

/**
 * The programs that a line runs before anything else has been run that could make them: the first one, and those at the
 * other ends of its pipe. Only what is certain: nothing where a word is expanded, quoted in an odd way, or where the
 * shell's grammar goes beyond a simple command.
 *
 * @example certainPrograms('cd api && PORT=1 exec node .') // [{ file: 'node', folders: ['api'] }]
 */
export const certainPrograms = (line: string): readonly ShellProgram[] => {
  const folders: string[] = [];
  for (const { text, before } of commandsOf(line)) {
    // What comes after || runs only when something has failed, and after & beside something.
    if (before === '||' || before === '&') return [];
    const words = wordsOf(text);
    if (words === null) return [];
    // From here on programs are looked for elsewhere.
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

/** The name of bash's own that a line begins with; null where it begins with anything else. */
export const bashOnlyWord = (line: string): string | null => {
  const [first] = commandsOf(line);
  const word = /^\s*(\S+)/.exec(first?.text ?? '')?.[1] ?? '';
  return BASH_ONLY.has(word) ? word : null;
};

const isProgram = (word: string): boolean =>
  !SHELLS_OWN.has(word) && !BASH_ONLY.has(word) && !HARMLESS.has(word);

/** Without the variables that it sets for itself, and without `exec`. */
const commandWords = (words: readonly string[]): readonly string[] => {
  const rest = words.slice(words.findIndex((word) => !isAssignment(word)));
  if (words.every(isAssignment)) return [];
  return rest[0] === 'exec' && rest[1]?.startsWith('-') !== true ? rest.slice(1) : rest;
};

const isAssignment = (word: string): boolean => /^[A-Za-z_]\w*=/.test(word);

interface Command {
  readonly text: string;
  /** What stands before it; '' for the first. */
  readonly before: string;
}

const OPERATOR = /\|\||&&|[;\n|&]/;

/** Cut where no quote is open; a line with what cannot be cut that way is one command that no word is read from. */
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

/** Null: a word is not what it looks like. */
const wordsOf = (text: string): readonly string[] | null => {
  const words: string[] = [];
  for (const word of text.trim().split(/\s+(?=(?:[^'"]*(?:'[^']*'|"[^"]*"))*[^'"]*$)/)) {
    if (/[<>]/.test(word)) break;
    const plain = unquoted(word);
    // The words after the first ones are the program's own business.
    if (plain === null && words.some((each) => !isAssignment(each) && each !== 'exec' && each !== 'cd'))
      break;
    if (plain === null && !isAssignment(word)) return null;
    words.push(plain ?? word);
  }
  return words;
};

/** Null: it is expanded, or the shell's grammar. */
const unquoted = (word: string): string | null => {
  const [, double, single] = /^(?:"([^"$`\\]*)"|'([^']*)')$/.exec(word) ?? [];
  const plain = double ?? single ?? word;
  if (plain !== word) return plain;
  return /[$`*?~'"\\(){}#]|\[./.test(word) && word !== '[[' ? null : word;
};
