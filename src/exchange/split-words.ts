/** Splits a line as Compose does: quotes and backslashes are a shell's, nothing else is. */
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
