import { stripVTControlCharacters } from 'node:util';

/**
 * True if an unfinished line looks like one that asks: `Password: `, `Go on? (y/N) `, `> `, `In [3]: `, `Press any key
 * to continue…`. A progress does not: `Building…`, `42 %`, `(3/10)`, `[####  ]`.
 *
 * @example
 * looksLikeQuestion(Buffer.from('Name? ')) // true
 */
export const looksLikeQuestion = (line: Buffer): boolean => {
  const text = stripVTControlCharacters(line.toString())
    .split('\r')
    .findLast((part) => part.trim() !== '');
  const shown = text?.trim() ?? '';
  return ASKS.test(shown) || (PROMPT.test(shown) && !PROGRESS.test(shown));
};

/** Words of a question that ends in any way, and the mark that prompts of Node begin with. */
const ASKS = /^\?\s|\b(press|hit|type|enter|choose|select|continue|password|passphrase)\b/i;
/** The end of a question, or of the prompt of a shell, a debugger or a REPL. */
const PROMPT = /[?:>)\]}$#❯›»→λ]$/u;
/** A bar or a count in brackets, and a percentage in front of them. */
const PROGRESS = /[([][\s\d./%#=>~*█▉▊▋▌▍▎▏░▒▓■□-]*[)\]]$|^[\s#=>█▓▒░■□-]{4,}$/u;
