import { basename, dirname, join, relative, resolve } from 'node:path';
import { combine } from './combine.ts';
import { containersAsLosses } from './containers-as-losses.ts';
import { devcontainer } from './devcontainer/read-devcontainer.ts';
import type { FoundPod } from './form/found-pod.ts';
import { isSecondary } from './form/likely-app.ts';
import { wordLosses } from './form/losses.ts';
import type { Format, Source } from './format.ts';
import { FORMATS, PROCESS_LISTS, SERVICES } from './formats.ts';
import { onThisDisk } from './on-this-disk.ts';
import { packageJson } from './package/read-package.ts';
import { withoutItself } from './package/runs-sidecarctl.ts';
import { processCompose } from './process-compose/read-process-compose.ts';
import type { Machine } from './reading/machine.ts';

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
    return this.#result(
      lists,
      services,
      PROCESS_LISTS.filter((format) => this.#fileOf(format) !== null),
    );
  }

  async readFile(file: string): Promise<Gathered> {
    const found = await this.#readNamed(file);
    // The app of a development container is that of the folder that it is for.
    if (found.format === devcontainer) {
      const above = basename(dirname(file)) === '.devcontainer' ? dirname(dirname(file)) : dirname(file);
      return this.#result(await this.#first(PROCESS_LISTS, above), found, []);
    }
    return this.#result(found, null, []);
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
    return { file, name, folder: dirname(file), text, machine: this.#machine };
  }

  #result(lists: Found | null, services: Found | null, there: readonly Format[]): Gathered {
    const main = lists !== null && lists.pod.processes.length > 0 ? lists : null;
    const beside = services !== null && lists?.format !== processCompose ? services : null;
    const pods = [lists, beside].flatMap((found) => found?.pod ?? []);
    const [pod, used] =
      main !== null && beside !== null
        ? [combine(main.pod, beside.pod, main.format !== packageJson), pods]
        : [main?.pod ?? beside?.pod, [main?.pod ?? beside?.pod].flatMap((one) => one ?? [])];
    if (pod === undefined) return { ok: false, message: NOTHING_FOUND };
    const runnable = containersAsLosses(pod);
    const problem = main === null ? noApp(pod, runnable) : null;
    if (runnable.processes.length === 0 || problem !== null)
      return { ok: false, message: `${problem ?? NOTHING_FOUND}${reasons(runnable)}` };
    const unused = there.filter((format) => format !== lists?.format && format !== packageJson);
    const remarks = unused
      .flatMap((format) => this.#fileOf(format) ?? [])
      .map((file) => `processes are also listed in ${relative(this.#folder, file)}: init --from reads it`);
    return {
      ok: true,
      pod: { ...runnable, remarks: [...runnable.remarks, ...remarks] },
      sources: used.map(({ source }) => source),
    };
  }
}

const unreadable = (name: string, error: unknown): UnreadableSource => {
  if (error instanceof UnreadableSource) return error;
  // The first line of YAML's or JSON's own message has the error and its place.
  const [first] = (error as Error).message.split('\n');
  return new UnreadableSource(`${name} cannot be read: ${first}`);
};

/** Services alone have no app if all of them only serve one, or if the app is among those that cannot run here. */
const noApp = (all: FoundPod, runnable: FoundPod): string | null => {
  if (all.apps.length > 0) return null;
  const isApp = (process: FoundPod['processes'][number]): boolean =>
    !isSecondary(process) && !process.runsOnce;
  if (runnable.processes.some(isApp)) return null;
  const names = runnable.processes.map(({ name }) => name).join(', ');
  return names === '' ? null : `${all.source} has no app that can run here, only what apps use: ${names}`;
};

const reasons = ({ losses }: FoundPod): string =>
  wordLosses(losses)
    .map((what) => `\n  - ${what}`)
    .join('');

const NOTHING_FOUND =
  'found nothing to start from: no script that runs an app in package.json, and none of ' +
  `${FORMATS.filter((format) => format !== packageJson)
    .flatMap(({ files }) => files[0] ?? [])
    .join(', ')}; name a file with --from, or write the smallest config into sidecars.config.ts: ` +
  `export default { primary: { command: 'node server.js' } }`;
