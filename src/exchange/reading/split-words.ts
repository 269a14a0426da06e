/** Splits a line as Compose does: only quotes and backslashes have the shell's meaning. */
export const splitWords = (line: string): readonly string[] => {
  const words: string[] = [];
  let word: string | null = null;
  for (const [, single, double, escaped, space, plain] of line.matchAll(TOKENS)) {
    if (space === undefined) {
      word = `${word ?? ''}${single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain ?? ''}`;
    } else if (word !== null) {
      words.push(word);
      word = null;
    }
  }
  return word === null ? words : [...words, word];
};

const TOKENS = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|(\s+)|([^\s'"\\]+|['"\\])/gs;
