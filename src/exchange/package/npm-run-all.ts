/** Scripts that run at the same time; groups follow each other. */
export interface Group {
  readonly scripts: readonly string[];
}

/**
 * Reads the words of `npm-run-all`, `run-s` and `run-p`: groups of scripts, in which `*` stands for one part of a name
 * and `**` for several.
 */
export const readNpmRunAll = (
  words: readonly string[],
  scripts: ReadonlyMap<string, string>,
): readonly Group[] => {
  const [program = '', ...rest] = words;
  let isParallel = program.endsWith('run-p');
  const groups: { scripts: string[]; isParallel: boolean }[] = [];
  for (let at = 0; at < rest.length && rest[at] !== '--'; at++) {
    const word = rest[at] ?? '';
    if (/^(-p|--parallel|-s|--sequential|--serial)$/.test(word)) {
      isParallel = /^(-p|--parallel)$/.test(word);
      if (isParallel) groups.push({ scripts: [], isParallel });
    } else if (/^(-[a-z]*p[a-z]*)$/.test(word) && !/^-(n|l|c|r)$/.test(word)) isParallel = true;
    else if (/^(--max-parallel|--npm-path)$/.test(word)) at++;
    else if (!word.startsWith('-')) {
      const matched = matching(word, scripts);
      const last = groups.at(-1);
      if (isParallel && last?.isParallel === true) last.scripts.push(...matched);
      else if (isParallel) groups.push({ scripts: [...matched], isParallel });
      else groups.push(...matched.map((script) => ({ scripts: [script], isParallel })));
    }
  }
  return groups.filter((group) => group.scripts.length > 0);
};

/** A pattern, or a script with its arguments: `serve -- --port 3000` in quotes. */
const matching = (word: string, scripts: ReadonlyMap<string, string>): readonly string[] => {
  const [pattern = ''] = word.split(/\s/);
  if (!pattern.includes('*')) return scripts.has(pattern) ? [word] : [];
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('**', '\0')
    .replaceAll('*', '[^:]*')
    .replaceAll('\0', '.*');
  const matches = new RegExp(`^${source}$`);
  return [...scripts.keys()].filter((script) => matches.test(script));
};
