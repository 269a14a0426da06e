import { splitWords } from '../reading/split-words.ts';

/** A line that runs one script in several packages of a workspace. */
export interface WorkspaceRun {
  readonly script: string;
  readonly filters: readonly string[];
  /** The tool, where it is one that builds what is needed before. */
  readonly by: 'manager' | 'turbo' | 'nx';
}

/** Reads `npm run dev -ws`, `pnpm -r dev`, `turbo run dev --filter=web`, `nx run-many -t serve`, `lerna run dev` and others. */
export const readWorkspaceRun = (line: string): WorkspaceRun | null => {
  const words = splitWords(line).filter((word) => !/^(npx|bunx|exec|dlx|--yes|-y)$/.test(word));
  const [program = ''] = words;
  if (program === 'pnpm' || program === 'yarn') {
    // `pnpm turbo dev` runs the program of the package.
    const inner = words.slice(1);
    if (/^(turbo|nx|lerna)$/.test(inner[0] ?? '')) return readWorkspaceRun(inner.join(' '));
  }
  const reader = READERS[program];
  return reader === undefined ? null : reader(words.slice(1));
};

type Reader = (words: readonly string[]) => WorkspaceRun | null;

const npm: Reader = (words) => {
  const { flags, values, plain } = parse(words, /^(-w|--workspace|--prefix|-C)$/);
  const filters = values
    .filter(([flag]) => flag === '-w' || flag === '--workspace')
    .map(([, value]) => value);
  const isAll = flags.some((flag) => flag === '-ws' || flag === '--workspaces');
  const script = scriptOf(plain);
  // One workspace is an app of its own; several are a set.
  return script === null || !(isAll || filters.length > 0) ? null : { script, filters, by: 'manager' };
};

const pnpm: Reader = (words) => {
  const { flags, values, plain } = parse(words, /^(--filter|-F|-C|--dir|--workspace-concurrency)$/);
  const filters = values.filter(([flag]) => /^(--filter|-F)$/.test(flag)).map(([, value]) => value);
  const isAll = flags.some((flag) => flag === '-r' || flag === '--recursive') || plain[0] === 'recursive';
  const script = scriptOf(plain.filter((word) => word !== 'recursive'));
  return script === null || !(isAll || filters.length > 0) ? null : { script, filters, by: 'manager' };
};

const yarn: Reader = (words) => {
  const [first, ...rest] = words;
  if (first === 'workspace' && rest[0] !== undefined) {
    const script = scriptOf(rest.slice(1));
    return script === null ? null : { script, filters: [rest[0]], by: 'manager' };
  }
  if (first !== 'workspaces') return null;
  const { values, plain } = parse(rest, /^(--from|--include|--exclude|-j|--jobs)$/);
  const included = values.filter(([flag]) => /^--(from|include)$/.test(flag)).map(([, value]) => value);
  const excluded = values.filter(([flag]) => flag === '--exclude').map(([, value]) => `!${value}`);
  const script = scriptOf(plain.filter((word) => word !== 'foreach'));
  return script === null ? null : { script, filters: [...included, ...excluded], by: 'manager' };
};

const bun: Reader = (words) => {
  const { values, plain } = parse(words, /^(--filter|-F|--cwd)$/);
  const filters = values.filter(([flag]) => /^(--filter|-F)$/.test(flag)).map(([, value]) => value);
  const script = scriptOf(plain);
  return script === null || filters.length === 0 ? null : { script, filters, by: 'manager' };
};

const turbo: Reader = (words) => {
  const { values, plain } = parse(
    words,
    /^(--filter|-F|--scope|--concurrency|--log-order|--ui|--env-mode|--cwd)$/,
  );
  const filters = values.filter(([flag]) => /^(--filter|-F|--scope)$/.test(flag)).map(([, value]) => value);
  const script = plain.find((word) => word !== 'run' && word !== 'watch');
  return script === undefined ? null : { script, filters, by: 'turbo' };
};

const lerna: Reader = (words) => {
  const { values, plain } = parse(words, /^(--scope|--ignore|--concurrency)$/);
  const filters = values.map(([flag, value]) => (flag === '--ignore' ? `!${value}` : value));
  const [verb, script] = plain;
  return verb !== 'run' || script === undefined ? null : { script, filters, by: 'manager' };
};

const nx: Reader = (words) => {
  const { values, plain } = parse(
    words,
    /^(-t|--target|--targets|-p|--projects|--exclude|--parallel|-c|--configuration)$/,
  );
  if (plain[0] !== 'run-many') return null;
  const of = (pattern: RegExp): readonly string[] =>
    values.filter(([flag]) => pattern.test(flag)).flatMap(([, value]) => value.split(','));
  const [script] = of(/^(-t|--targets?)$/);
  const filters = [...of(/^(-p|--projects)$/), ...of(/^--exclude$/).map((name) => `!${name}`)];
  return script === undefined ? null : { script, filters, by: 'nx' };
};

const READERS: Readonly<Record<string, Reader>> = { npm, pnpm, yarn, bun, turbo, lerna, nx };

interface Parsed {
  readonly flags: readonly string[];
  readonly values: ReadonlyArray<readonly [flag: string, value: string]>;
  readonly plain: readonly string[];
}

const parse = (words: readonly string[], withValue: RegExp): Parsed => {
  const flags: string[] = [];
  const values: (readonly [string, string])[] = [];
  const plain: string[] = [];
  for (let at = 0; at < words.length && words[at] !== '--'; at++) {
    const word = words[at] ?? '';
    const [flag = '', value] = word.startsWith('-') ? word.split(/=(.*)/s) : [];
    if (flag === '') plain.push(word);
    else if (withValue.test(flag)) values.push([flag, value ?? words[++at] ?? '']);
    else flags.push(flag);
  }
  return { flags, values, plain };
};

const scriptOf = (plain: readonly string[]): string | null => {
  const [first, second] = plain;
  const script = first === 'run' || first === 'run-script' ? second : first;
  return script === undefined || /^(install|i|ci|add|exec|test|publish)$/.test(script) ? null : script;
};
