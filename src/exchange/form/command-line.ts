import type { Value } from './found-pod.ts';

/** Words that the shell takes as they are read best as one line; others stay a list. `sh -c LINE` is the line. */
export const commandOf = (words: readonly string[]): Value => {
  const [program = '', flag, line] = words;
  if (/^(\/bin\/)?sh$/.test(program) && flag === '-c' && words.length === 3 && line !== undefined)
    return line;
  return words.every((word) => PLAIN.test(word)) ? words.join(' ') : words;
};

const PLAIN = /^[\w@%+=:,./-]+$/;

/** Splits `cd FOLDER && LINE`, which a config says with `cwd`. */
export const withoutCd = (line: string): { readonly cwd: string | undefined; readonly line: string } => {
  const [, folder, rest] = /^\s*cd\s+["']?([\w./@-]+)["']?\s*(?:&&|;)\s*(\S.*)$/s.exec(line) ?? [];
  return folder === undefined || rest === undefined ? { cwd: undefined, line } : { cwd: folder, line: rest };
};
