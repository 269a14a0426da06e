import { posix } from 'node:path';
import { distinctNames } from '../form/label.ts';
import { type Data, record } from '../reading/read-yaml.ts';
import { splitWords } from '../reading/split-words.ts';
import { readConcurrently } from './concurrently.ts';
import { type Entry, nameOfCommand, nameOfScript } from './entry.ts';
import { readWorkspaceRun, type WorkspaceRun } from './monorepo-runs.ts';
import { readNpmRunAll } from './npm-run-all.ts';
import { stepsOf } from './shell-steps.ts';
import { neededBy, type Package, selectPackages, shortName } from './workspaces.ts';

/** What a script starts: several processes, or null for a script that is one. */
export interface Expansion {
  readonly entries: readonly Entry[];
  /** Scripts of the package that are in it. */
  readonly scripts: ReadonlySet<string>;
  readonly endsTogether: boolean;
}

/** The package whose scripts are expanded, and the workspace that it is the root of. */
export interface Context {
  readonly scripts: ReadonlyMap<string, string>;
  readonly runner: string;
  readonly exec: string;
  /** Folder as seen from the package.json that is read. */
  readonly folder: string;
  readonly packages: readonly Package[];
  /** True for a program that the package brings with it. */
  isOwnProgram(program: string): boolean;
  /** Tasks of `turbo.json`. */
  readonly tasks: Data;
  /** Projects of nx, by name, with the names of their targets. */
  readonly projects: ReadonlyMap<string, readonly string[]>;
}

export const expandScript = (script: string, context: Context): Expansion | null => {
  const expander = new Expander(context);
  const entries = expander.script(script, []);
  if (entries === null || entries.filter(({ runsOnce }) => !runsOnce).length === 0) return null;
  return { entries: withDistinctNames(entries), scripts: expander.used, endsTogether: expander.endsTogether };
};

class Expander {
  readonly used = new Set<string>();
  endsTogether = false;
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  script(script: string, above: readonly string[]): readonly Entry[] | null {
    const line = this.#context.scripts.get(script);
    if (line === undefined || above.includes(script)) return null;
    this.used.add(script);
    const entries = this.#line(line, [...above, script]);
    const before = `pre${script}`;
    if (entries === null || !this.#context.scripts.has(before)) return entries;
    this.used.add(before);
    return this.#after([this.#scriptEntry(before)], entries);
  }

  #line(line: string, above: readonly string[]): readonly Entry[] | null {
    const steps = stepsOf(line);
    if (steps === null || steps.length === 0) return null;
    const [only] = steps;
    if (steps.length === 1) return only === undefined ? null : this.#command(only.line, above);
    if (steps.some(({ joint }) => joint === '&'))
      return steps.every(({ joint }) => joint === '&' || joint === '') && steps.length > 1
        ? steps.flatMap((step) => this.#command(step.line, above) ?? [this.#entry(step.line)])
        : null;
    return this.#sequence(
      steps.map((step) => step.line),
      above,
    );
  }

  /** The last command of a sequence stays; the others are init tasks before it. */
  #sequence(lines: readonly string[], above: readonly string[]): readonly Entry[] | null {
    const before = lines.slice(0, -1);
    if (before.some((line) => /^(cd|export|set|source|\.)\s/.test(line))) return null;
    const last = this.#command(lines.at(-1) ?? '', above);
    return last === null
      ? null
      : this.#after(
          before.map((line) => this.#entry(line)),
          last,
        );
  }

  /** Entries that run to their end one after the other, and others after them. */
  #after(first: readonly Entry[], rest: readonly Entry[]): readonly Entry[] {
    const tasks = first.map((entry, at) => ({
      ...entry,
      runsOnce: true,
      after: first.slice(Math.max(0, at - 1), at).map(({ name }) => name),
    }));
    const last = tasks.at(-1);
    if (last === undefined) return rest;
    return [...tasks, ...rest.map((entry) => ({ ...entry, after: [...entry.after, last.name] }))];
  }

  #command(line: string, above: readonly string[]): readonly Entry[] | null {
    const { env, envFiles, rest } = withoutSurroundings(line);
    const entries = this.#plain(rest, above);
    return (
      entries?.map((entry) => ({
        ...entry,
        env: { ...env, ...entry.env },
        envFiles: [...envFiles, ...entry.envFiles],
      })) ?? null
    );
  }

  #plain(line: string, above: readonly string[]): readonly Entry[] | null {
    const words = splitWords(
      line.replace(/^(npx|bunx|pnpm exec|yarn exec|pnpm dlx)\s+(--yes\s+|-y\s+)?/, ''),
    );
    const [program = ''] = words;
    if (/^(concurrently|conc)$/.test(program)) return this.#concurrently(words.slice(1), above);
    if (/^(npm-run-all2?|run-p|run-s)$/.test(program)) return this.#groups(words, above);
    const run = readWorkspaceRun(line);
    if (run !== null) return this.#workspace(run);
    const script = this.#scriptIn(line);
    return script === null ? null : this.script(script, above);
  }

  #concurrently(words: readonly string[], above: readonly string[]): readonly Entry[] | null {
    const { commands, endsTogether, restarts } = readConcurrently(words, this.#context.scripts);
    this.endsTogether ||= endsTogether;
    const others = commands.filter(({ line }) => !this.#isAbove(line, above));
    const entries = others.flatMap(({ name, line }) => {
      const inner = this.#command(line, above);
      // A name of several processes would be that of none.
      return inner ?? [this.#entry(line, name)];
    });
    return entries.map((entry) => (restarts > 0 ? { ...entry, restarts } : entry));
  }

  /** A pattern matches the script that it is in as well. */
  #isAbove(line: string, above: readonly string[]): boolean {
    const script = this.#scriptIn(line);
    return script !== null && above.includes(script);
  }

  #groups(words: readonly string[], above: readonly string[]): readonly Entry[] | null {
    const groups = readNpmRunAll(words, this.#context.scripts);
    const last = groups.at(-1);
    if (last === undefined) return null;
    const first = groups
      .slice(0, -1)
      .flatMap(({ scripts }) => scripts.map((script) => this.#scriptEntry(script)));
    const scripts = last.scripts.filter((script) => !above.includes(script));
    const rest = scripts.flatMap((script) => this.script(script, above) ?? [this.#scriptEntry(script)]);
    return this.#after(first, rest);
  }

  /** A script of this package that a command runs, with nothing said of another package. */
  #scriptIn(line: string): string | null {
    const [, script] =
      /^(?:(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:-s\s+|--silent\s+)?|node\s+--run\s+)([\w:.@/-]+)$/.exec(
        line,
      ) ?? [];
    return script !== undefined && this.#context.scripts.has(script) ? script : null;
  }

  #scriptEntry(written: string): Entry {
    const [script = '', ...args] = written.split(/\s+/);
    return this.#entry(`npm run ${script}${args.length > 0 ? ` ${args.join(' ')}` : ''}`);
  }

  /** One command as a process, in the words of the package's manager. */
  #entry(written: string, given?: string): Entry {
    const { env, envFiles, rest } = withoutSurroundings(written);
    const [, folder, within] = /^cd\s+["']?([\w./@-]+)["']?\s*(?:&&|;)\s*(\S.*)$/s.exec(rest) ?? [];
    const line = within ?? rest;
    const script = folder === undefined ? this.#scriptIn(line.replace(/\s+--\s.*$|\s+-.*$/, '')) : null;
    if (script !== null) this.used.add(script);
    return {
      name: given === undefined ? nameOfCommand(rest) : nameOfScript(given),
      command: folder === undefined ? this.#runnable(line) : line,
      line: script === null ? line : (this.#context.scripts.get(script) ?? line),
      folder: folder === undefined ? this.#context.folder : posix.join(this.#context.folder, folder),
      env,
      envFiles,
      after: [],
      runsOnce: false,
      isPackage: false,
    };
  }

  /** A program of the package is on the PATH of scripts, but not of a pod. */
  #runnable(line: string): string {
    const { runner, exec } = this.#context;
    if (/^npm run /.test(line)) return line.replace(/^npm run/, runner);
    return line.replace(/(^|&&\s*|;\s*)([\w.-]+)/g, (whole, joint: string, program: string) =>
      this.#context.isOwnProgram(program) ? `${joint}${exec} ${program}` : whole,
    );
  }

  #workspace(run: WorkspaceRun): readonly Entry[] | null {
    if (run.by === 'nx') {
      const projects = this.#projects(run);
      if (projects.length > 0) return projects;
    }
    const { packages } = this.#context;
    const chosen = selectPackages(packages, run.filters).filter(({ manifest }) =>
      manifest.scripts.has(run.script),
    );
    if (chosen.length === 0) return null;
    const builds = this.#builds(run, chosen);
    const entries = chosen.map((one) => {
      const needed = neededBy(one, packages).map(({ name }) => `${shortName(name)}-build`);
      return {
        ...packageEntry(one, run.script),
        after: builds.map(({ name }) => name).filter((name) => needed.includes(name)),
      };
    });
    return [...builds, ...entries];
  }

  /** turbo builds what the packages need before, if a task says so: `dependsOn: ['^build']`. */
  #builds(run: WorkspaceRun, chosen: readonly Package[]): readonly Entry[] {
    const dependsOn = record(this.#context.tasks[run.script])['dependsOn'];
    const tasks = Array.isArray(dependsOn) ? dependsOn.map(String) : [];
    const [task] = tasks.filter((name) => name.startsWith('^')).map((name) => name.slice(1));
    if (run.by !== 'turbo' || task === undefined) return [];
    const { packages } = this.#context;
    const needed = new Map<string, Package>();
    const add = (one: Package): void => {
      for (const other of neededBy(one, packages)) {
        if (needed.has(other.name)) continue;
        needed.set(other.name, other);
        add(other);
      }
    };
    for (const one of chosen) add(one);
    const built = [...needed.values()].filter(({ manifest }) => manifest.scripts.has(task));
    return built.map((one) => ({
      ...packageEntry(one, task),
      name: `${shortName(one.name)}-build`,
      runsOnce: true,
      after: neededBy(one, built).map(({ name }) => `${shortName(name)}-build`),
    }));
  }

  #projects(run: WorkspaceRun): readonly Entry[] {
    const wanted = run.filters.filter((filter) => !filter.startsWith('!'));
    const unwanted = run.filters.filter((filter) => filter.startsWith('!')).map((filter) => filter.slice(1));
    return [...this.#context.projects]
      .filter(
        ([name, targets]) =>
          targets.includes(run.script) &&
          (wanted.length === 0 || wanted.includes(name)) &&
          !unwanted.includes(name),
      )
      .map(([name]) => ({
        ...this.#entry(`npx nx run ${name}:${run.script}`, name),
        command: `${this.#context.exec} nx run ${name}:${run.script}`,
        isPackage: true,
      }));
  }
}

/** A script of a package in its folder. */
export const packageEntry = (one: Package, script: string): Entry => ({
  name: shortName(one.name),
  command: `${one.manifest.runner} ${script}`,
  line: one.manifest.scripts.get(script) ?? '',
  folder: one.folder,
  env: {},
  envFiles: [],
  after: [],
  runsOnce: false,
  isPackage: true,
});

interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly envFiles: readonly string[];
  readonly rest: string;
}

/** Takes `NODE_ENV=development`, `cross-env A=1` and `dotenv -e .env --` off a command. */
const withoutSurroundings = (line: string): Surroundings => {
  const [files, options = ''] =
    /^\s*(?:npx\s+)?(?:dotenv|dotenvx run|env-cmd)\s+((?:(?:-e|-f|--file)[ =]?\S+\s+)*)(?:--\s+)?(?=\w)/.exec(
      line,
    ) ?? [];
  const envFiles = [...options.matchAll(/(?:-e|-f|--file)[ =]?(\S+)/g)].flatMap(([, file]) => file ?? []);
  const rest = line.slice(files?.length ?? 0);
  const [prefix = ''] =
    /^(\s*(?:cross-env(?:-shell)?\s+)?(?:[A-Za-z_]\w*=(?:"[^"$]*"|'[^']*'|[^\s"'$]*)\s+)*)/.exec(rest) ?? [];
  const pairs = [...prefix.matchAll(/([A-Za-z_]\w*)=("[^"]*"|'[^']*'|\S*)/g)];
  if (pairs.length === 0) return { env: {}, envFiles, rest };
  return {
    env: Object.fromEntries(
      pairs.map(([, name, value = '']) => [name, value.replace(/^(["'])(.*)\1$/, '$2')]),
    ),
    envFiles,
    rest: rest.slice(prefix.length),
  };
};

const withDistinctNames = (entries: readonly Entry[]): readonly Entry[] => {
  const names = distinctNames(entries.map(({ name }) => name));
  return entries.map((entry, at) => ({ ...entry, name: names[at] ?? entry.name }));
};
