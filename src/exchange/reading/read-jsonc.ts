/**
 * Reads JSON with comments and commas before closing brackets.
 *
 * @throws SyntaxError
 */
export const readJsonc = (text: string): unknown => {
  const plain = text
    .replace(/^\uFEFF/, '')
    .replace(
      /("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
      (_, string: string | undefined) => string ?? ' ',
    )
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? '');
  return plain.trim() === '' ? {} : JSON.parse(plain);
};
