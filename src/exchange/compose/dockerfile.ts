import { type ComposePort, parseRange, portsOf } from './ports.ts';

/** What a stage of a Dockerfile says of the program that it runs. */
export interface Dockerfile {
  /** Words of ENTRYPOINT and CMD, or null if it has neither. A shell line is `sh -c LINE`. */
  readonly words: readonly string[] | null;
  readonly entrypoint: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Its last WORKDIR, or `/`. */
  readonly folder: string;
  /** Files of the build context, by their paths in the image. */
  readonly copies: readonly Copy[];
  /** Ports that it says it listens on. */
  readonly ports: readonly ComposePort[];
}

export interface Copy {
  /** Path in the build context. */
  readonly from: string;
  /** Absolute path in the image. */
  readonly to: string;
}

interface Stage {
  readonly name: string | undefined;
  readonly base: string;
  readonly instructions: ReadonlyArray<readonly [name: string, rest: string]>;
}

/**
 * Reads the stage that is built: `target`, or the last one, after those that it is FROM. An ENTRYPOINT resets the CMD of
 * what it is FROM.
 */
export const readDockerfile = (text: string, target?: string): Dockerfile => {
  const { stages, args } = stagesOf(text);
  const last = stages.find(({ name }) => name === target?.toLowerCase()) ?? stages.at(-1);
  const chain = last === undefined ? [] : chainOf(last, stages);
  return chain.reduce<Dockerfile & { readonly command: readonly string[] | null }>(
    (image, stage) => applied(image, stage, args),
    { words: null, entrypoint: [], command: null, env: {}, folder: '/', copies: [], ports: [] },
  );
};

const stagesOf = (
  text: string,
): { readonly stages: readonly Stage[]; readonly args: Readonly<Record<string, string>> } => {
  const lines = text
    .replace(/^\s*#.*$/gm, '')
    .replace(/\\[ \t]*\r?\n(?:[ \t]*\r?\n)*/g, ' ')
    .split(/\r?\n/);
  const stages: { name: string | undefined; base: string; instructions: [string, string][] }[] = [];
  const args: Record<string, string> = {};
  for (const line of lines) {
    const [, name = '', rest = ''] = /^\s*([A-Za-z]+)\s+(.*\S)/.exec(line) ?? [];
    const instruction = name.toUpperCase();
    const [, base = '', as] = /^(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?/i.exec(rest) ?? [];
    if (instruction === 'FROM') stages.push({ name: as?.toLowerCase(), base, instructions: [] });
    else if (stages.length > 0) stages.at(-1)?.instructions.push([instruction, rest]);
    else if (instruction === 'ARG') Object.assign(args, pairs(rest));
  }
  return { stages, args };
};

const chainOf = (stage: Stage, stages: readonly Stage[]): readonly Stage[] => {
  const at = stages.indexOf(stage);
  const base = stages.slice(0, at).findLast(({ name }) => name === stage.base.toLowerCase());
  return base === undefined ? [stage] : [...chainOf(base, stages), stage];
};

type Image = Dockerfile & { readonly command: readonly string[] | null };

const applied = (base: Image, { instructions }: Stage, globals: Readonly<Record<string, string>>): Image => {
  let image: Image = base;
  let ownCommand = false;
  let args = globals;
  for (const [name, rest] of instructions) {
    const filled = (text: string): string => fill(text, { ...args, ...image.env });
    if (name === 'ARG') args = { ...args, ...mapped(pairs(rest), filled) };
    else if (name === 'ENV') image = { ...image, env: { ...image.env, ...mapped(pairs(rest), filled) } };
    else if (name === 'WORKDIR') image = { ...image, folder: within(image.folder, filled(unquoted(rest))) };
    else if (name === 'COPY' || name === 'ADD')
      image = { ...image, copies: [...image.copies, ...copiesOf(filled(rest), image.folder)] };
    else if (name === 'EXPOSE') image = { ...image, ports: [...image.ports, ...exposed(filled(rest))] };
    else if (name === 'ENTRYPOINT')
      image = { ...image, entrypoint: wordsOf(rest), command: ownCommand ? image.command : null };
    else if (name === 'CMD') {
      image = { ...image, command: wordsOf(rest) };
      ownCommand = true;
    }
  }
  const words = [...image.entrypoint, ...(image.command ?? [])];
  return { ...image, words: words.length === 0 ? null : words };
};

const exposed = (rest: string): readonly ComposePort[] =>
  rest.split(/\s+/).flatMap((entry) => {
    const range = parseRange(entry);
    return range === null || range.count < 1 ? [] : portsOf(range);
  });

const wordsOf = (written: string): readonly string[] => {
  try {
    const words: unknown = JSON.parse(written);
    if (Array.isArray(words)) return words.map(String);
  } catch {
    // The words are a shell line, not a list.
  }
  return ['sh', '-c', written];
};

/** `NAME=value OTHER="a b"`, or the older `NAME value`. */
const pairs = (rest: string): Readonly<Record<string, string>> => {
  const found = [...rest.matchAll(/([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*)/g)];
  if (found.length > 0)
    return Object.fromEntries(found.map(([, name = '', value = '']) => [name, unquoted(value)]));
  const [, name, value] = /^([A-Za-z_]\w*)\s+(.+)$/.exec(rest) ?? [];
  return name === undefined || value === undefined ? {} : { [name]: unquoted(value) };
};

const unquoted = (text: string): string => text.replace(/^(["'])(.*)\1$/s, '$2');

const mapped = (
  values: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

const fill = (text: string, values: Readonly<Record<string, string | undefined>>): string =>
  text.replace(
    /\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})/g,
    (_, bare: string | undefined, braced: string | undefined, other: string | undefined) =>
      values[bare ?? braced ?? ''] ?? other ?? '',
  );

const copiesOf = (rest: string, folder: string): readonly Copy[] => {
  if (/(^|\s)--from=/.test(rest)) return [];
  const written = rest.replace(/^(--\S+\s+)+/, '');
  const words = written.startsWith('[') ? wordsOf(written) : written.split(/\s+/);
  const to = words.at(-1) ?? '';
  const sources = words.slice(0, -1);
  const isFolder = to.endsWith('/') || sources.length > 1 || /^\.{1,2}$/.test(to);
  return sources.map((from) => {
    const name = from.replace(/\/+$/, '').split('/').at(-1) ?? '';
    // A folder's content is copied, a file goes into a folder under its own name.
    const keepsName = isFolder && /\.\w+$|^\w*file$/i.test(name) && !/^\.+$/.test(from);
    return { from, to: within(folder, keepsName ? `${to}/${name}` : to) };
  });
};

const within = (folder: string, path: string): string => {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
};
