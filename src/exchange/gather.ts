import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { FoundPod, FoundProcess } from './found-pod.ts';
import { readCompose } from './from-compose.ts';
import { readPackage } from './from-package.ts';
import { readProcessCompose } from './from-process-compose.ts';
import { readProcfile } from './from-procfile.ts';
import { onThisDisk } from './on-this-disk.ts';
import { readYaml, record } from './read-yaml.ts';
import { withoutItself } from './runs-sidecarctl.ts';

type Gathered =
  | { readonly ok: true; readonly pod: FoundPod; readonly sources: readonly string[] }
  | { readonly ok: false; readonly message: string };

const COMPOSE_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** Files that list processes; the first one that exists is used. */
const PROCESS_LISTS = ['process-compose.yaml', 'process-compose.yml', 'Procfile.dev', 'Procfile'];

/** Reads every file in the folder that lists processes and combines them, or reads only the named file. */
export const gather = (folder: string, from: string | undefined): Gathered => {
  if (from !== undefined) return gatherOne(folder, resolve(folder, from));
  const read = (names: readonly string[]): Read | null => {
    const name = names.find((candidate) => existsSync(join(folder, candidate)));
    return name === undefined ? null : readSource(folder, join(folder, name));
  };
  const main = read(PROCESS_LISTS) ?? read(['package.json']);
  const compose = read(COMPOSE_FILES);
  const failed = [main, compose].find((source) => source?.ok === false);
  if (failed?.ok === false) return failed;
  const pods = [main, compose].flatMap((source) => (source?.ok === true ? [source.pod] : []));
  const withProcesses = pods.filter(({ processes }) => processes.length > 0);
  const [first, second] = withProcesses;
  if (first === undefined) return { ok: false, message: nothingFound(pods) };
  const pod = second === undefined || isProcessCompose(first) ? first : together(first, second);
  const used = pod === first ? [first] : withProcesses;
  // A Compose file with nothing to run here says what is left to run elsewhere.
  const told = pods.filter((other) => !used.includes(other) && !isProcessCompose(first));
  const leftOut = [...pod.leftOut, ...told.flatMap((other) => other.leftOut)];
  return { ok: true, pod: { ...pod, leftOut }, sources: [...used, ...told].map(({ source }) => source) };
};

type Read = { readonly ok: true; readonly pod: FoundPod } | { readonly ok: false; readonly message: string };

const gatherOne = (folder: string, file: string): Gathered => {
  const read = readSource(folder, file);
  if (!read.ok) return read;
  if (read.pod.processes.length === 0) return { ok: false, message: nothingFound([read.pod]) };
  return { ok: true, pod: read.pod, sources: [read.pod.source] };
};

const readSource = (folder: string, file: string): Read => {
  const source = relative(folder, file);
  try {
    const text = readFileSync(file, 'utf8');
    const pod = withoutItself(parse(file, source, text), dirname(file));
    return { ok: true, pod: onThisDisk(pod, folder, dirname(source)) };
  } catch (error) {
    // The first line of YAML's or JSON's own message has the error and its place.
    const [first] = (error as Error).message.split('\n');
    return { ok: false, message: `${source} cannot be read: ${first}` };
  }
};

const parse = (file: string, source: string, text: string): FoundPod => {
  const folder = dirname(file);
  if (basename(file) === 'package.json') return readPackage(file, source, text);
  if (!/\.ya?ml$/.test(file)) return readProcfile(source, text, folder);
  const document = readYaml(text);
  // Both tools look for compose.yaml.
  return 'processes' in record(document)
    ? readProcessCompose(source, document, folder)
    : readCompose(source, document, folder);
};

const isProcessCompose = ({ source }: FoundPod): boolean => source.startsWith('process-compose.');

/** Combines a folder's own list of processes with the services of its Compose file. */
const together = (main: FoundPod, compose: FoundPod): FoundPod => {
  const app = main.processes.find(({ name }) => name === main.primary) ?? main.processes[0];
  const inContainer = compose.processes.find(
    ({ name, isOwnCode }) => isOwnCode === true && name === compose.primary,
  );
  const services = compose.processes.filter(({ isOwnCode }) => isOwnCode !== true);
  const merged = app === undefined ? [] : [withServiceFields(app, inContainer)];
  const others = main.processes.filter((process) => process !== app);
  const byName = new Map([...others, ...services, ...merged].map((process) => [process.name, process]));
  const known = new Set(byName.keys());
  return {
    source: main.source,
    name: main.name ?? compose.name,
    fields: { ...compose.fields, ...main.fields },
    processes: [...byName.values()].map((process) => ({
      ...process,
      dependsOn: process.dependsOn.filter((dependency) => known.has(dependency.process)),
    })),
    primary: app?.name ?? null,
    leftOut: [...main.leftOut, ...compose.leftOut],
    remarks: [...main.remarks, ...compose.remarks],
  };
};

/**
 * Combines two sources of one app: the Compose file knows its environment, and the other source how it runs on this
 * machine.
 */
const withServiceFields = (app: FoundProcess, service: FoundProcess | undefined): FoundProcess =>
  service === undefined
    ? app
    : { ...service, name: app.name, fields: { ...service.fields, ...app.fields }, comments: app.comments };

const nothingFound = (pods: readonly FoundPod[]): string => {
  const reasons = pods.flatMap(({ leftOut }) => leftOut).map((what) => `\n  - ${what}`);
  const looked = [...PROCESS_LISTS, ...COMPOSE_FILES].join(', ');
  return (
    `found nothing to start from: no script that runs an app in package.json, none of ${looked}; ` +
    `name a file with --from, or start with the smallest config: ` +
    `export default { primary: { command: 'node server.js' } }${reasons.join('')}`
  );
};
