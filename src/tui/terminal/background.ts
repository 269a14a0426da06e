/** Asks the terminal for the color of its background (OSC 11). Terminals that do not know the question ignore it. */
export const ASK_BACKGROUND = '\u001b]11;?\u001b\\';

// biome-ignore lint/suspicious/noControlCharactersInRegex: an answer begins with Escape.
const ANSWER = /^\u001b\]11;rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/i;

/** True for a light background, false for a dark one, null for a report that is no answer to the question. */
export const isLightBackground = (answer: string): boolean | null => {
  const parts = ANSWER.exec(answer)?.slice(1).map(partOf);
  if (parts === undefined) return null;
  const [red = 0, green = 0, blue = 0] = parts;
  return 0.299 * red + 0.587 * green + 0.114 * blue > 0.5;
};

/** One to four digits stand for the whole range. */
const partOf = (digits: string): number => Number.parseInt(digits, 16) / (16 ** digits.length - 1);
