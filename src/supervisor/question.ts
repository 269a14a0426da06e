import { stripVTControlCharacters } from 'node:util';

/**
 * True if an unfinished line may be one that asks, and is no progress. `Password: `, `Go on? (y/N) `, `> `, `Your name`
 * and `Press any key to continue…` may; `Building…`, `42 %`, `(3/10)` and `[####  ]` are progress.
 *
 * @example
 * looksLikeQuestion(Buffer.from('Name? ')) // true
 */
export const looksLikeQuestion = (line: Buffer): boolean => {
  const parts = line.toString().split(TO_ITS_BEGINNING).map(stripVTControlCharacters);
  const shown = parts.findLast((part) => part.trim() !== '')?.trim() ?? '';
  return shown !== '' && (ASKS.test(shown) || !PROGRESS.some((pattern) => pattern.test(shown)));
};

/** What goes back to the first column: what follows is drawn over what was there. Prompts of Node do so at each redraw. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for the sequences of terminals.
const TO_ITS_BEGINNING = /\r|\u001b\[1?G/;

/** Words of a question that ends in any way, and the mark that prompts of Node begin with. */
const ASKS = /^\?\s|\b(press|hit|type|enter|choose|select|continue|password|passphrase)\b/i;

const PROGRESS = [
  // Something that goes on, or a row of dots.
  /(…|\.{2,}|\. \.)$/,
  // A count, a share, a size or a time.
  /\d\s*(%|[kmgt]?i?b(\/s)?|m?s|min)?$/i,
  // A bar, or a count in brackets.
  /[([][\s\d./%#=>~*█▉▊▋▌▍▎▏░▒▓■□-]*[)\]]$|^[\s#=>█▓▒░■□-]{4,}$/u,
  // A spinner before or behind the text.
  /^[⠀-⣿◐◓◑◒|/\\-]\s|[⠀-⣿◐◓◑◒]$|\s[|/\\-]$/u,
];
