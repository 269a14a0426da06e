import { posix } from 'node:path';
import { FILES } from '../../export/inside.ts';
import type { Fields, Value } from '../../form/found-pod.ts';
import type { ReportLoss } from '../../form/losses.ts';
import type { FilePart, VolumePart } from '../../form/template.ts';
import type { Source } from '../../format.ts';
import { type Data, list, record, text } from '../../reading/read-yaml.ts';
import { expanded, type Variables } from './references.ts';
import type { ConfigFile, Mountable } from './volumes.ts';

/** A file of a container. */
export interface MountedFile extends ConfigFile {
  readonly name: string;
}

export interface Mounts {
  /** Where volumes and files are, by their names. */
  readonly fields: Fields;
  /** What paths stand for that have no place of their own here. */
  readonly references: ReadonlyMap<string, VolumePart | FilePart>;
  readonly files: readonly MountedFile[];
}

export interface MountContext {
  readonly mountables: ReadonlyMap<string, Mountable>;
  readonly variables: Variables;
  readonly purpose: Source['purpose'];
  readonly lost: ReportLoss;
}

/** A place of a volume, or of one of its files. */
interface Found {
  readonly what: string | ConfigFile;
  readonly at: string;
  readonly part: string | undefined;
  readonly readOnly: boolean;
  /** Where an export has it besides the places that the config says. */
  readonly isExported: boolean;
}

export const mountsOf = (container: Data, context: MountContext): Mounts => {
  const found = list(container['volumeMounts'])
    .map(record)
    .flatMap((mount) => placesOf(mount, context));
  const files = [...new Set(found.flatMap(({ what }) => (typeof what === 'string' ? [] : [what])))];
  const names = fileNames(
    files,
    new Set(found.flatMap(({ what }) => (typeof what === 'string' ? what : []))),
  );
  const nameOf = (what: Found['what']): string => (typeof what === 'string' ? what : (names.get(what) ?? ''));
  const isNamed = ({ isExported }: Found): boolean => context.purpose === 'write' && isExported;
  const places = Map.groupBy(
    found.filter((each) => !isNamed(each)),
    ({ what }) => nameOf(what),
  );
  return {
    fields: Object.fromEntries([...places].map(([name, each]) => [name, placeOf(each)])),
    references: new Map(
      found
        .filter(isNamed)
        .map(({ what, at }): [string, VolumePart | FilePart] => [
          at,
          { kind: typeof what === 'string' ? 'volume' : 'file', name: nameOf(what) },
        ]),
    ),
    files: files.map((file) => ({ ...file, name: nameOf(file) })),
  };
};

const placesOf = (mount: Data, context: MountContext): readonly Found[] => {
  const what = context.mountables.get(text(mount['name']) ?? '');
  if (what === undefined) return [];
  const at = (text(mount['mountPath']) ?? '').replace(/(?<=.)\/+$/, '');
  const part = partOf(mount, context);
  const readOnly = mount['readOnly'] === true;
  if (what.kind === 'volume')
    return [{ what: what.label, at, part: joined(what.part, part), readOnly, isExported: at === what.place }];
  const files = filesAt(what.files, at, part);
  if (files.length === 0 && part !== undefined)
    context.lost(`its volume ${text(mount['name'])} has no ${part}`, `volumeMounts.${at}`);
  return files.map((file) => ({
    ...{ ...file, part: undefined, readOnly },
    isExported: file.at.startsWith(`${FILES}/`),
  }));
};

const partOf = (mount: Data, { variables, lost }: MountContext): string | undefined => {
  const expression = text(mount['subPathExpr']);
  if (!expression) return text(mount['subPath']) || undefined;
  const parts = expanded(expression, variables);
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  lost('it is known only when the pod runs; all of the volume is there', 'subPathExpr');
  return undefined;
};

const joined = (folder: string | undefined, part: string | undefined): string | undefined =>
  folder === undefined || part === undefined ? (folder ?? part) : posix.join(folder, part);

const filesAt = (
  files: readonly ConfigFile[],
  at: string,
  part: string | undefined,
): ReadonlyArray<Pick<Found, 'at' | 'what'>> =>
  files.flatMap((what) => {
    if (part === undefined) return [{ what, at: posix.join(at, what.path) }];
    if (what.path === part) return [{ what, at }];
    return what.path.startsWith(`${part}/`)
      ? [{ what, at: posix.join(at, what.path.slice(part.length)) }]
      : [];
  });

/** One place as it is written: the path alone, unless more is said of it. */
const placeOf = (found: readonly Found[]): Value => {
  const places = found.map(({ at, part, readOnly }) =>
    part === undefined && !readOnly ? at : { path: at, subPath: part, ...(readOnly ? { readOnly } : {}) },
  );
  const [only] = places;
  return places.length === 1 && only !== undefined ? only : places;
};

/** Each has a variable with its path, and the names of all variables differ. `taken`: names of volumes. */
const fileNames = (
  files: readonly ConfigFile[],
  taken: ReadonlySet<string>,
): ReadonlyMap<ConfigFile, string> => {
  const variables = new Set([...taken].map(variable));
  return new Map(
    files.map((file) => {
      const plain = fileName(file.path);
      let name = plain;
      for (let number = 2; variables.has(variable(name)); number += 1) name = `${plain}-${number}`;
      variables.add(variable(name));
      return [file, name];
    }),
  );
};

const variable = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');

const fileName = (path: string): string =>
  path.replaceAll(/[^-._a-zA-Z0-9]+/g, '-').replace(/^\.(?=\.)|^-+/, '') || 'file';
