/** The words of the last ENTRYPOINT and CMD of a Dockerfile; a line for the shell is `sh -c LINE`. Null: it has neither. */
export const dockerfileCommand = (text: string): readonly string[] | null => {
  const lines = text.replace(/\\[ \t]*\r?\n/g, ' ').split(/\r?\n/);
  const entrypoint = lastOf(lines, 'ENTRYPOINT') ?? [];
  const command = lastOf(lines, 'CMD') ?? [];
  const words = [...entrypoint, ...command];
  return words.length === 0 ? null : words;
};

const lastOf = (lines: readonly string[], instruction: string): readonly string[] | null => {
  const pattern = new RegExp(`^\\s*${instruction}\\s+(.*\\S)`, 'i');
  const written = lines.flatMap((line) => pattern.exec(line)?.[1] ?? []).at(-1);
  if (written === undefined) return null;
  try {
    const words: unknown = JSON.parse(written);
    if (Array.isArray(words)) return words.map(String);
  } catch {
    // Not in the list form: a line for the shell.
  }
  return ['sh', '-c', written];
};
