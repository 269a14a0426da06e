import type { FieldPath } from '../../model/failures/config-problem.ts';
import type { MountPlace, ProcessConfig } from '../types.ts';
import type { AppInstance } from './app-instances.ts';
import { definedEntries } from './declared.ts';
import type { Scope } from './scope.ts';

/** A place where a process sees a volume or a file of its own. */
export interface DeclaredMount {
  /** Name as written: of a volume, or of a file. */
  readonly name: string;
  /** Path as written. */
  readonly at: string;
  /** As written; empty: all of the volume. */
  readonly subPath: string;
  readonly readOnly: boolean;
  readonly path: FieldPath;
}

interface Mounting {
  readonly app: AppInstance | null;
  readonly path: FieldPath;
  readonly fields: Pick<ProcessConfig, 'mounts'>;
}

/** The mounts of a process; `${app.name}` and `${app.instance}` in a path keep the instances of an app apart. */
export const mountsOf = ({ app, path, fields: { mounts = {} } }: Mounting): readonly DeclaredMount[] =>
  definedEntries<MountPlace | readonly MountPlace[]>(mounts).flatMap(([name, written]) => {
    const field = [...path, 'mounts', name];
    return isList(written)
      ? written.map((place, index) => declaredMount(name, place, [...field, index], app))
      : [declaredMount(name, written, field, app)];
  });

const isList = (written: MountPlace | readonly MountPlace[]): written is readonly MountPlace[] =>
  Array.isArray(written);

const declaredMount = (
  name: string,
  place: MountPlace,
  path: FieldPath,
  app: AppInstance | null,
): DeclaredMount => {
  const { path: at, subPath = '', readOnly = false } = typeof place === 'string' ? { path: place } : place;
  return { name, at: withApp(at, app), subPath: withApp(subPath, app), readOnly, path };
};

const withApp = (text: string, app: AppInstance | null): string =>
  app === null
    ? text
    : text.replaceAll('${app.name}', app.name).replaceAll('${app.instance}', String(app.instance));

/** What a name in `mounts` means. */
export type Mounted =
  | { readonly kind: 'volume'; readonly volume: string }
  | { readonly kind: 'file'; readonly file: string };

interface Mounter {
  readonly scope: Pick<Scope, 'volumes'>;
  readonly fields: { readonly files?: object };
}

/** The volume or the file of the process that has this name, the volume if both have it; null: nothing has it. */
export const mountedAs = (name: string, { scope, fields }: Mounter): Mounted | null => {
  const volume = scope.volumes.get(name);
  if (volume !== undefined) return { kind: 'volume', volume };
  return Object.hasOwn(fields.files ?? {}, name) ? { kind: 'file', file: name } : null;
};
