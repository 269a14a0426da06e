import { dirname, isAbsolute, join, relative } from 'node:path';
import type { Variables } from '../../model/env-file.ts';
import type { FieldPath } from '../../model/failures/config-problem.ts';
import type { Source } from '../format.ts';
import { asVariables } from '../reading/merge.ts';
import { type Data, list, record, text } from '../reading/read-yaml.ts';
import { readComposeYaml } from './compose-yaml.ts';
import { mergeDocuments, mergeServices, settled } from './merge-project.ts';
import { movedFiles, movedService } from './moved.ts';

/** A project: its files, those that they include, and what its services extend, as one. */
export interface Project {
  readonly name: string | undefined;
  readonly services: ReadonlyMap<string, Data>;
  /** Fields of the whole project: `volumes`, `secrets`, `configs`. */
  readonly whole: Data;
}

/** How the files of a project are read. */
export interface Reading {
  /** Changes a document before it is used, such as by filling in its variables. */
  prepare(document: Data, file: string, variables: Variables): Data;
  /** Path in a document, which may have variables. */
  path(written: string): string;
  /** Variables of an included project. */
  variablesOf(folder: string, envFiles: readonly string[], outer: Variables): Variables;
  onProblem(file: string, field: FieldPath, why: string): void;
}

/** Reads a project as Compose does. `files` are absolute paths; a later one goes before those above it. */
export const readProject = (
  source: Source,
  files: readonly string[],
  variables: Variables,
  reading: Reading,
): Project => {
  const reader = new ProjectReader(source, reading, { folder: source.folder, variables, includedBy: [] });
  const merged = reader.project(files);
  return {
    name: text(merged['name']),
    services: new Map(
      Object.entries(record(merged['services'])).map(([name, value]) => [name, record(value)]),
    ),
    whole: merged,
  };
};

interface Place {
  /** Absolute path of the folder that relative paths start from. */
  readonly folder: string;
  readonly variables: Variables;
  /** Files that are being read. */
  readonly includedBy: readonly string[];
}

interface Extension {
  readonly file: string;
  readonly service: string;
}

class ProjectReader {
  readonly #source: Source;
  readonly #reading: Reading;
  readonly #place: Place;
  readonly #documents = new Map<string, Data>();

  constructor(source: Source, reading: Reading, place: Place) {
    this.#source = source;
    this.#reading = reading;
    this.#place = place;
  }

  project(files: readonly string[]): Data {
    return record(settled(files.map((file) => this.#document(file)).reduce(mergeDocuments, {})));
  }

  /** A file with what it includes and extends, its paths as seen from the folder of the project. */
  #document(file: string): Data {
    const read = this.#read(file);
    const own = {
      ...read,
      services: Object.fromEntries(
        Object.keys(record(read['services'])).map((service) => [service, this.#service({ file, service })]),
      ),
      ...this.#whole(read),
    };
    const included = list(read['include']).map((entry) => this.#included(file, entry));
    const { name: _name, ...all } = included.reduce(mergeDocuments, {});
    return mergeDocuments(all, own);
  }

  #whole(document: Data): Data {
    const prefix = this.#prefixOf(this.#place.folder);
    const moved = ['secrets', 'configs'].filter((field) => document[field] !== undefined);
    return Object.fromEntries(moved.map((field) => [field, movedFiles(document[field], prefix)]));
  }

  #prefixOf(folder: string): string {
    return relative(this.#source.folder, folder);
  }

  #read(file: string): Data {
    const known = this.#documents.get(file);
    if (known !== undefined) return known;
    const { file: first, text: firstText, machine } = this.#source;
    const content = file === first ? firstText : machine.read(file);
    if (content === null) this.#reading.onProblem(file, [], 'there is no such file');
    const document = record(readComposeYaml(content ?? ''));
    const prepared = this.#reading.prepare(document, file, this.#place.variables);
    this.#documents.set(file, prepared);
    return prepared;
  }

  #included(from: string, entry: unknown): Data {
    const { path, project_directory: directory, env_file: envFile } = asInclude(entry);
    const files = list(path).map((each) => this.#resolve(from, String(each)));
    const [first = ''] = files;
    if (this.#place.includedBy.includes(first) || first === this.#source.file) {
      this.#reading.onProblem(from, ['include'], `${String(list(path)[0])} includes itself`);
      return {};
    }
    const written = text(directory);
    const folder = written === undefined ? dirname(first) : this.#resolve(from, written);
    const envFiles = list(envFile).map((each) => this.#resolve(from, String(each)));
    const variables = this.#reading.variablesOf(folder, envFiles, this.#place.variables);
    const includedBy = [...this.#place.includedBy, first];
    return new ProjectReader(this.#source, this.#reading, { folder, variables, includedBy }).project(files);
  }

  #resolve(from: string, path: string): string {
    const current = this.#reading.path(path);
    return isAbsolute(current) ? current : join(dirname(from), current);
  }

  /** A service with what it extends, in its own file or in another one. */
  #service({ file, service }: Extension, seen: readonly string[] = []): Data {
    const written = record(this.#read(file)['services'])[service];
    // Paths of a file that is only extended start from its own folder.
    const folder = seen.length === 0 || file === this.#source.file ? this.#place.folder : dirname(file);
    const { extends: extended, ...own } = movedService(record(written), this.#prefixOf(folder));
    if (extended === undefined || extended === null) return own;
    const base = this.#extended(file, service, extended);
    const key = `${base.file}\0${base.service}`;
    const field = ['services', service, 'extends'];
    if (seen.includes(key)) this.#reading.onProblem(file, field, 'it extends itself');
    else if (record(this.#read(base.file)['services'])[base.service] === undefined)
      this.#reading.onProblem(file, field, `there is no service '${base.service}'`);
    else return mergeServices(this.#service(base, [...seen, key]), own);
    return own;
  }

  #extended(file: string, name: string, extended: unknown): Extension {
    const { service, file: other } = typeof extended === 'string' ? { service: extended } : record(extended);
    const path = text(other);
    return {
      file: path === undefined ? file : this.#resolve(file, path),
      service: text(service) ?? name,
    };
  }
}

const asInclude = (entry: unknown): Data => (typeof entry === 'string' ? { path: entry } : record(entry));

export const environmentOf = (service: Data): Data => asVariables(service['environment']);
