import { join } from 'node:path';
import type { FoundPod } from '../form/found-pod.ts';
import { lineOf } from '../form/likely-app.ts';
import type { Source } from '../format.ts';
import { record, text } from '../reading/read-yaml.ts';

export type Scripts = ReadonlyMap<string, string>;

/** Matches the command itself, with any path: `npx sidecarctl dev`, `node_modules/.bin/sidecarctl up`. */
const STARTS_A_POD =
  /(?:^|[\s/"'=(;&|])sidecarctl(?:@[\w.-]+)?(?:\.cmd)?["']?(?:\s+-[^\s;&|]+)*(?:\s+["']?(?:dev|up|run)\b|\s*["')]?\s*(?:$|[;&|]))/;

/** Matches programs that run scripts of a package.json by name. */
const RUNNER =
  /\b(?:npm|pnpm|yarn|bun|node\s+--run|npm-run-all2?|run-[ps]|concurrently|wireit|turbo|nx|lerna)\b/;

/**
 * True if a command line starts a pod of this project, directly or through scripts: as a process of that pod it would
 * start the pod within itself.
 *
 * @example
 * runsSidecarctl('npm run dev', new Map([['dev', 'sidecarctl dev']])) // true
 */
export const runsSidecarctl = (
  line: string,
  scripts: Scripts,
  seen: ReadonlySet<string> = new Set(),
): boolean =>
  STARTS_A_POD.test(line) ||
  scriptsIn(line, scripts).some((name) => {
    const called = [`pre${name}`, name, `post${name}`].flatMap((each) => scripts.get(each) ?? []);
    return !seen.has(name) && called.some((each) => runsSidecarctl(each, scripts, new Set([...seen, name])));
  });

const scriptsIn = (line: string, scripts: Scripts): readonly string[] => {
  if (!RUNNER.test(line)) return [];
  const words = line.split(/[\s"'&|;()]+/).map((word) => word.replace(/^(?:npm|pnpm|yarn|bun|node):/, ''));
  return [...scripts.keys()].filter((name) => words.some((word) => word === name || isGlobFor(word, name)));
};

/** Matches `concurrently npm:dev:*` and `run-p dev:*`. */
const isGlobFor = (word: string, name: string): boolean =>
  word.endsWith('*') && word.length > 1 && name.startsWith(word.replace(/\*+$/, ''));

/** Another list of processes may start the pod through a script as well. */
export const withoutItself = (pod: FoundPod, source: Source): FoundPod => {
  const scripts = readScripts(source);
  const itself = pod.processes.filter(({ fields }) => runsSidecarctl(lineOf(fields['command']), scripts));
  if (itself.length === 0) return pod;
  const processes = pod.processes.filter((process) => !itself.includes(process));
  const names = new Set(processes.map(({ name }) => name));
  return {
    ...pod,
    processes: processes.map((process) => ({
      ...process,
      dependsOn: process.dependsOn.filter((dependency) => names.has(dependency.process)),
    })),
    apps: pod.apps.filter((name) => names.has(name)),
    losses: [
      ...pod.losses,
      ...itself.map(({ name }) => ({ process: name, field: null, why: STARTS_ITSELF })),
    ],
  };
};

export const STARTS_ITSELF = 'it runs sidecarctl, which would start the pod inside itself';

const readScripts = ({ folder, machine }: Source): Scripts => {
  try {
    const { scripts } = record(JSON.parse(machine.read(join(folder, 'package.json')) ?? '{}'));
    return new Map(
      Object.entries(record(scripts)).flatMap(([name, script]) => {
        const line = text(script);
        return line === undefined ? [] : [[name, line] as const];
      }),
    );
  } catch {
    return new Map();
  }
};
