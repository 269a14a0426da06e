interface Refusal {
  readonly reason?: string;
  /** Both numbers count from 0. */
  readonly mark?: { readonly line: number; readonly column: number };
}

/**
 * Reads YAML whose lists and maps in brackets go on at the column of their key, or before it. Formatters write their
 * closing brackets there, and libyaml and go-yaml take them; js-yaml takes them only indented, as the specification
 * asks. Each line that it refuses is indented, which changes no value, and errors keep their places.
 *
 * @example withIndentedFlows('a:\n  b: [\n    1\n  ]', load) // { a: { b: [1] } }
 */
export const withIndentedFlows = <T>(text: string, read: (text: string) => T): T => {
  const lines = text.split('\n');
  const deepest = lines.reduce((most, line) => Math.max(most, line.search(/\S|$/)), 0) + 1;
  const indented = new Set<number>();
  for (;;) {
    try {
      return read(lines.join('\n'));
    } catch (error) {
      const { reason, mark } = error as Refusal;
      if (mark === undefined) throw error;
      if (reason !== 'deficient indentation' || indented.has(mark.line))
        throw indented.has(mark.line) ? movedBack(error as Error, deepest) : error;
      lines[mark.line] = `${' '.repeat(deepest)}${lines[mark.line]}`;
      indented.add(mark.line);
    }
  }
};

const movedBack = (error: Error & Refusal, columns: number): Error => {
  const { line = 0, column = 0 } = error.mark ?? {};
  return Object.assign(error, { mark: { line, column: Math.max(0, column - columns) } });
};
