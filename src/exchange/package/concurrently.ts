/** What a command line of concurrently starts. */
export interface Concurrently {
  readonly commands: ReadonlyArray<{ readonly name: string | undefined; readonly line: string }>;
  /** True if all end when one ends. */
  readonly endsTogether: boolean;
  readonly restarts: number;
}

/** Options with a value of their own. */
const WITH_VALUE =
  /^(-n|--names|-c|--prefix-colors|-p|--prefix|-l|--prefix-length|-t|--timestamp-format|--restart-tries|--restart-after|-m|--max-processes|-s|--success|--hide|--default-input-target|--name-separator|--kill-signal|--ks|--kill-timeout|-o|--teardown|--cwd|--shell)$/;

/** Reads the words behind `concurrently`. */
export const readConcurrently = (
  words: readonly string[],
  scripts: ReadonlyMap<string, string>,
): Concurrently => {
  const options = new Map<string, string>();
  const lines: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') break;
    if (!word.startsWith('-')) lines.push(word);
    else if (word.includes('='))
      options.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    else options.set(word, WITH_VALUE.test(word) ? (words[++at] ?? '') : '');
  }
  const option = (...names: readonly string[]): string | undefined =>
    names.map((name) => options.get(name)).find((value) => value !== undefined);
  const names = (option('-n', '--names') ?? '').split(option('--name-separator') ?? ',');
  return {
    commands: lines.flatMap((line, index) => expanded(line, names[index]?.trim() || undefined, scripts)),
    endsTogether:
      option('-k', '--kill-others', '--kill-others-on-fail', '--kill-others-on-success') !== undefined,
    restarts: Number(option('--restart-tries') ?? 0),
  };
};

/** `npm:watch:*` stands for each script that it matches, and `npm run watch:*` does so too. */
const expanded = (
  line: string,
  name: string | undefined,
  scripts: ReadonlyMap<string, string>,
): Concurrently['commands'] => {
  const [, short, long, rest = ''] =
    /^(?:(?:npm|pnpm|yarn|bun|node):([^\s(]+)|(?:npm|pnpm|yarn|bun|node)\s+(?:run|--run)\s+([^\s(]*\*[^\s(]*))(.*)$/.exec(
      line,
    ) ?? [];
  const pattern = short ?? long;
  if (pattern === undefined) return [{ name, line }];
  if (!pattern.includes('*')) return [{ name: name ?? pattern, line: `npm run ${pattern}${rest}` }];
  const matches = new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '(.*)')}$`);
  const unwanted = /^\(!([^)]*)\)/.exec(rest)?.[1]?.split('|') ?? [];
  return [...scripts.keys()].flatMap((script) => {
    const found = matches.exec(script);
    return found === null || unwanted.some((word) => script.endsWith(word))
      ? []
      : [{ name: found[1] || script, line: `npm run ${script}${omitted(rest)}` }];
  });
};

/** `(!server)` leaves scripts out of a pattern; only what is behind it is for the command. */
const omitted = (rest: string): string => rest.replace(/^\([^)]*\)/, '');
