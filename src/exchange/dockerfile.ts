/**
 * Returns the words of the last ENTRYPOINT and CMD of a Dockerfile, or null if it has neither. A shell line becomes `sh
 * -c LINE`.
 */
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
    // The words are a shell line, not a list.
  }
  return ['sh', '-c', written];
};
