/**
 * The name that was probably meant, `null` when none is near: at most one edit, or one in three letters.
 *
 * @example nearest('mian', ['main', 'metrics']) // 'main'
 */
export const nearest = (found: string, known: Iterable<string>): string | null => {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(found.length / 3)) + 1;
  for (const name of known) {
    const distance = editDistance(found.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
};

/**
 * Number of insertions, deletions, replacements and swaps of neighboring letters (Damerau and Levenshtein, optimal
 * string alignment).
 */
const editDistance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : replaced;
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped));
    }
  }
  return at(a.length, b.length);
};

/**
 * Returns the name with the one that was probably meant.
 *
 * @example
 * withNearest('mian', ['main', 'metrics']) // 'mian (did you mean main?)'
 */
export const withNearest = (found: string, known: Iterable<string>): string => {
  const near = nearest(found, known);
  return near === null ? found : `${found} (did you mean ${near}?)`;
};
