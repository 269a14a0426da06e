import { isAbsolute, join } from 'node:path';
import { withNearest } from '../../../model/nearest.ts';
import type { Fields, Value } from '../../form/found-pod.ts';
import { type Data, list, record, text } from '../../reading/read-yaml.ts';
import { type Context, reportProblem } from './context.ts';
import { variableOf } from './fill.ts';
import { flagOf } from './flag-of.ts';
import type { RunMount } from './mounts.ts';
import type { RunVolumes } from './volumes.ts';

export interface ServiceFiles {
  readonly files: Fields;
  readonly mounts: readonly RunMount[];
}

type Kind = 'secrets' | 'configs';

/** Where a service has a secret or a config of which nothing else is said. */
const FOLDERS: Readonly<Record<Kind, string>> = { secrets: '/run/secrets/', configs: '/' };

/** Secrets and configs of a service, as files of its own. `rewritten` is their text as it is right here. */
export const readFiles = (
  context: Context,
  volumes: RunVolumes,
  name: string,
  service: Data,
  rewritten: (content: string) => Value,
): ServiceFiles => {
  const all = (['secrets', 'configs'] as const).flatMap((kind) =>
    list(service[kind]).flatMap((entry, at) =>
      new FileReader(context, volumes, { kind, service: name, at }).read(entry, rewritten),
    ),
  );
  return {
    files: Object.fromEntries(
      all.flatMap(({ mount, file }) => (file === null || mount.name === null ? [] : [[mount.name, file]])),
    ),
    mounts: all.map(({ mount }) => mount),
  };
};

interface OwnFile {
  readonly mount: RunMount;
  /** Null for one of this machine that is no text, which is mounted itself. */
  readonly file: Fields | null;
}

interface At {
  readonly kind: Kind;
  readonly service: string;
  readonly at: number;
}

class FileReader {
  readonly #context: Context;
  readonly #volumes: RunVolumes;
  readonly #at: At;

  constructor(context: Context, volumes: RunVolumes, at: At) {
    this.#context = context;
    this.#volumes = volumes;
    this.#at = at;
  }

  read(entry: unknown, rewritten: (content: string) => Value): readonly OwnFile[] {
    const { kind } = this.#at;
    const { source, target, mode, uid, gid } = typeof entry === 'string' ? { source: entry } : record(entry);
    const name = text(source) ?? '';
    const resource = this.#resource(name);
    if (resource === null) return [];
    if (uid !== undefined || gid !== undefined) this.#lose('its files belong to nobody else', 'uid, gid');
    const written = text(target) ?? name;
    const path = written.startsWith('/') ? written : `${FOLDERS[kind]}${written}`;
    const content = this.#content(resource, name);
    if (content === null) return [];
    if (isNoText(content)) return [{ mount: this.#bound(resource, path), file: null }];
    const file = {
      content: rewritten(content),
      mode: modeOf(mode),
      secret: kind === 'secrets' ? true : undefined,
    };
    return [{ mount: { name: `${kind}.${name}`, path }, file }];
  }

  #resource(name: string): Data | null {
    const { kind } = this.#at;
    const declared = record(this.#context.whole[kind]);
    if (Object.hasOwn(declared, name)) return record(declared[name]);
    return this.#problem(
      `the project has no ${kind.slice(0, -1)} ${withNearest(name, Object.keys(declared))}`,
    );
  }

  #content(resource: Data, name: string): string | null {
    const { file, environment, content, external } = resource;
    const [path, variable] = [text(file), text(environment)];
    if (path !== undefined) return this.#read(path);
    if (variable !== undefined)
      return (
        variableOf(this.#context.variables, variable) ??
        this.#problem(`${name} is the variable ${variable}, which has to be set`)
      );
    if (text(content) !== undefined) return text(content) ?? '';
    const why =
      external !== undefined && flagOf(external) !== false
        ? `${name} is external, and only a swarm has such: give it a file`
        : `${name} has neither file nor environment${this.#at.kind === 'configs' ? ' nor content' : ''}`;
    return this.#problem(why);
  }

  #read(path: string): string | null {
    const { folder, machine } = this.#context.source;
    const content = machine.read(isAbsolute(path) ? path : join(folder, path));
    return content ?? this.#problem(`there is no file ${path}`);
  }

  #bound({ file }: Data, path: string): RunMount {
    const { volume, subPath } = this.#volumes.bound(text(file) ?? '');
    return { name: volume, path, subPath, readOnly: true };
  }

  #problem(why: string): null {
    const { service, kind, at } = this.#at;
    reportProblem(this.#context, service, [kind, at], why);
    return null;
  }

  #lose(why: string, field: string): void {
    this.#context.losses.of(this.#at.service)(why, `${this.#at.kind}: ${field}`);
  }
}

const isNoText = (content: string): boolean => content.includes('\uFFFD') || content.includes('\0');

/** YAML has read `0440` as 440: the digits are octal. */
const modeOf = (mode: unknown): string | undefined => {
  const digits = text(mode)?.replace(/^0o?/, '').padStart(3, '0');
  return digits !== undefined && /^[0-7]{3}$/.test(digits) ? digits : undefined;
};
