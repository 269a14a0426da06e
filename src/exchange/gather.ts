import { basename, dirname, join, relative, resolve } from 'node:path';
import { combine } from './combine.ts';
import { devcontainer } from './devcontainer/read-devcontainer.ts';
import type { FoundPod, FoundProcess } from './form/found-pod.ts';
import { isSecondary } from './form/likely-app.ts';
import { wordLosses } from './form/losses.ts';
import type { Format, Source } from './format.ts';
import { FORMATS, PROCESS_LISTS, SERVICES } from './formats.ts';
import { onThisDisk } from './on-this-disk.ts';
import { packageJson } from './package/read-package.ts';
import { withoutItself } from './package/runs-sidecarctl.ts';
import { processCompose } from './process-compose/read-process-compose.ts';
import type { Machine } from './reading/machine.ts';
import { withoutContainers } from './without-containers.ts';

type Gathered =
  | { readonly ok: true; readonly pod: FoundPod; readonly sources: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** Reads every file in the folder that lists processes and combines them, or reads only the named file. */
export const gather = async (
  folder: string,
  from: string | undefined,
  machine: Machine,
): Promise<Gathered> => {
  const gatherer = new Gatherer(folder, machine);
  try {
    return from === undefined ? await gatherer.search() : await gatherer.readFile(resolve(folder, from));
  } catch (error) {
    if (!(error instanceof UnreadableSource)) throw error;
    return { ok: false, message: error.message };
  }
};

class UnreadableSource extends Error {}

interface Found {
  readonly format: Format;
  readonly pod: FoundPod;
}

class Gatherer {
  readonly #folder: string;
  readonly #machine: Machine;

  constructor(folder: string, machine: Machine) {
    this.#folder = folder;
    this.#machine = machine;
  }

  async search(): Promise<Gathered> {
    const lists = await this.#first(PROCESS_LISTS);
    const services = await this.#first(SERVICES);
    return this.#result(lists, services, this.#unused(lists));
  }

  async readFile(file: string): Promise<Gathered> {
    const found = await this.#readNamed(file);
    // The app of a development container is that of the folder that it is for.
    if (found.format === devcontainer) {
      const above = basename(dirname(file)) === '.devcontainer' ? dirname(dirname(file)) : dirname(file);
      return this.#result(await this.#first(PROCESS_LISTS, above), found, []);
    }
    return SERVICES.includes(found.format) ? this.#result(null, found, []) : this.#result(found, null, []);
  }

  /** Other lists that are there, one sentence each. A package.json is there for more than its scripts. */
  #unused(used: Found | null): readonly string[] {
    return PROCESS_LISTS.filter((format) => format !== used?.format && format !== packageJson)
      .flatMap((format) => this.#fileOf(format) ?? [])
      .map((file) => `processes are also listed in ${relative(this.#folder, file)}: init --from reads it`);
  }

  /** The first list with a process in it, or else the first that is there. */
  async #first(formats: readonly Format[], folder = this.#folder): Promise<Found | null> {
    let empty: Found | null = null;
    for (const format of formats) {
      const file = this.#fileOf(format, folder);
      if (file === null) continue;
      const found = await this.#read(file, format);
      if (found.pod.processes.length > 0) return found;
      empty ??= found;
    }
    return empty;
  }

  #fileOf(format: Format, folder = this.#folder): string | null {
    const names = format.files.filter((name) => this.#machine.isFile(join(folder, name)));
    return names[0] === undefined ? null : join(folder, names[0]);
  }

  async #readNamed(file: string): Promise<Found> {
    const format = this.#reading(file, (source) => FORMATS.find((each) => each.recognizes(source)));
    if (format === undefined) {
      const names = FORMATS.map(({ name }) => name).join(', ');
      throw new UnreadableSource(
        `${relative(this.#folder, file)} is in none of the formats that init reads: ${names}`,
      );
    }
    return this.#read(file, format);
  }

  async #read(file: string, format: Format): Promise<Found> {
    const name = relative(this.#folder, file);
    try {
      const source = this.#source(file);
      const pod = withoutItself(await format.read(source), source);
      const place = { machine: this.#machine, folder: this.#folder, prefix: dirname(name) };
      return { format, pod: onThisDisk(pod, place) };
    } catch (error) {
      throw unreadable(name, error);
    }
  }

  #reading<T>(file: string, read: (source: Source) => T): T {
    try {
      return read(this.#source(file));
    } catch (error) {
      throw unreadable(relative(this.#folder, file), error);
    }
  }

  #source(file: string): Source {
    const text = this.#machine.read(file);
    if (text === null) throw new Error('there is no such file');
    const name = relative(this.#folder, file);
    return { file, name, folder: dirname(file), text, machine: this.#machine, purpose: 'write' };
  }

  #result(lists: Found | null, services: Found | null, remarks: readonly string[]): Gathered {
    // process-compose reads Compose files of its own.
    const beside = lists?.format === processCompose ? null : services;
    if (lists === null || lists.pod.processes.length === 0)
      return beside === null
        ? refused(lists?.pod ?? null, NOTHING_FOUND)
        : servicesAlone(beside.pod, this.#machine);
    if (beside === null) return gathered(lists.pod, [lists.pod.source], remarks, this.#machine);
    const pod = combine(lists.pod, beside.pod, lists.format !== packageJson);
    return gathered(pod, [lists.pod.source, beside.pod.source], remarks, this.#machine);
  }
}

const gathered = (
  pod: FoundPod,
  sources: readonly string[],
  remarks: readonly string[],
  machine: Machine,
): Gathered => {
  const runnable = withoutContainers(pod, machine);
  if (runnable.processes.every(({ runsOnce }) => runsOnce)) return refused(runnable, NOTHING_FOUND);
  return { ok: true, pod: { ...runnable, remarks: [...runnable.remarks, ...remarks] }, sources };
};

/** Services have no app if all of them only serve one, or if the app is among those that cannot run here. */
const servicesAlone = (pod: FoundPod, machine: Machine): Gathered => {
  const runnable = withoutContainers(pod, machine);
  const isApp = (process: FoundProcess): boolean => !isSecondary(process) && !process.runsOnce;
  if (runnable.processes.length === 0 || runnable.processes.some(isApp))
    return gathered(pod, [pod.source], [], machine);
  const names = runnable.processes.map(({ name }) => name).join(', ');
  return refused(runnable, `${pod.source} has no app that can run here, only what apps use: ${names}`);
};

const refused = (pod: FoundPod | null, why: string): Gathered => {
  const reasons = wordLosses(pod?.losses ?? []).map((what) => `\n  - ${what}`);
  return { ok: false, message: `${why}${reasons.join('')}` };
};

const unreadable = (name: string, error: unknown): UnreadableSource => {
  if (error instanceof UnreadableSource) return error;
  // The first line of YAML's or JSON's own message has the error and its place.
  const [first] = (error as Error).message.split('\n');
  return new UnreadableSource(`${name} cannot be read: ${first}`);
};

const NOTHING_FOUND =
  'found nothing to start from: no script that runs an app in package.json, and none of ' +
  `${FORMATS.filter((format) => format !== packageJson)
    .flatMap(({ files }) => files[0] ?? [])
    .join(', ')}; name a file with --from, or write the smallest config into sidecars.config.ts: ` +
  `export default { primary: { command: 'node server.js' } }`;
