import { posix } from 'node:path';
import { volumePath } from '../../export/inside.ts';
import type { Fields } from '../../form/found-pod.ts';
import type { ReportLoss } from '../../form/losses.ts';
import type { Source } from '../../format.ts';
import { type Data, list, number, record, text } from '../../reading/read-yaml.ts';
import { fieldOf } from './downward.ts';
import type { Contents, Manifests, Workload } from './manifests.ts';
import { resourceOf } from './resources.ts';
import type { OwnedVolume, VolumeOwners } from './volume-owners.ts';

/** What a container can mount: a volume of the pod, or only a part of it, or files. */
export type Mountable =
  | {
      readonly kind: 'volume';
      readonly label: string;
      /** Name of the only app that has it; null: all share it. */
      readonly app: string | null;
      /** Where every container has it that an export has made. */
      readonly place: string;
      readonly fields: Fields;
      readonly part?: string | undefined;
    }
  | { readonly kind: 'files'; readonly files: readonly ConfigFile[] };

export interface ConfigFile {
  /** Path in the mounted folder. */
  readonly path: string;
  readonly content: string;
  readonly secret: boolean;
  /** Octal digits; undefined for the usual ones. */
  readonly mode: string | undefined;
}

export interface VolumeContext {
  readonly manifests: Manifests;
  readonly source: Source;
  readonly lost: ReportLoss;
  /** Reports what a pod cannot start without. */
  readonly missing: ReportLoss;
}

/** The volumes of a workload by their names in it. */
export const mountablesOf = (
  workload: Workload,
  owners: VolumeOwners,
  context: VolumeContext,
): ReadonlyMap<string, Mountable> =>
  new Map([
    ...list(workload.spec['volumeClaimTemplates']).map((claim) => {
      const name = text(record(record(claim)['metadata'])['name']) ?? 'data';
      return [name, volume(name, owners.of(workload, name), { persist: true })] as const;
    }),
    ...list(workload.pod['volumes'])
      .map(record)
      .map((written) => {
        const name = text(written['name']) ?? '';
        return [
          name,
          mountable(written, owners, { ...context, workload, field: `volumes.${name}` }),
        ] as const;
      }),
  ]);

interface OneVolume extends VolumeContext {
  readonly workload: Workload;
  readonly field: string;
}

const volume = (name: string, owned: OwnedVolume, fields: Fields, part?: string): Mountable => ({
  ...{ kind: 'volume', ...owned, place: volumePath(name), fields, part },
});

const mountable = (written: Data, owners: VolumeOwners, context: OneVolume): Mountable => {
  const name = text(written['name']) ?? '';
  const owned = owners.of(context.workload, name);
  const empty = volume(name, owned, {});
  const sources = Object.keys(written).filter((key) => key !== 'name');
  if ('emptyDir' in written || sources.length === 0) {
    reportEmptyDir(record(written['emptyDir']), context);
    return empty;
  }
  const claim = text(record(written['persistentVolumeClaim'])['claimName']);
  if (claim !== undefined)
    return volume(name, owners.ofClaim(context.workload, name, claim), { persist: true });
  if ('hostPath' in written)
    return (
      hostPath(record(written['hostPath']), context, (fields, part) => volume(name, owned, fields, part)) ??
      empty
    );
  const files = projected(written, context);
  if (files !== null)
    return files.length === 0
      ? empty
      : { kind: 'files', files: files.map((file) => withGroup(file, context)) };
  context.lost(`${sources[0]} is not here; an empty folder takes its place`, context.field);
  return empty;
};

/** A kubelet gives the files of a pod with a group to that group. Here it is everybody in the container. */
const withGroup = (file: ConfigFile, { workload, source }: OneVolume): ConfigFile => {
  const { fsGroup } = record(workload.pod['securityContext']);
  if (source.purpose === 'write' || file.mode === undefined || number(fsGroup) === undefined) return file;
  return { ...file, mode: groupMode(Number.parseInt(file.mode, 8)) };
};

/** What the owner may do, everybody may read and run. */
const groupMode = (mode: number): string | undefined => modeOf(mode | (((mode >> 6) & 5) * 0o11));

const reportEmptyDir = ({ medium, sizeLimit }: Data, { lost, field }: OneVolume): void => {
  if (medium === 'Memory') lost('it is on disk, and not in memory', field);
  if (sizeLimit !== undefined) lost('nothing limits its size', field);
};

const FOLDER_TYPES = ['', 'Directory', 'DirectoryOrCreate'];

/** A folder of this machine, or a file or socket in one. */
const hostPath = (
  written: Data,
  context: OneVolume,
  made: (fields: Fields, part?: string) => Mountable,
): Mountable | null => {
  const path = text(written['path']) ?? '';
  const type = text(written['type']) ?? '';
  const { machine } = context.source;
  if (FOLDER_TYPES.includes(type) && machine.isFolder(path)) return made({ path });
  const isFile = machine.isFile(path) || ['Socket', 'CharDevice', 'BlockDevice'].includes(type);
  if (type !== 'Directory' && isFile) return made({ path: posix.dirname(path) }, posix.basename(path));
  const isNeeded = type !== '' && !type.endsWith('OrCreate');
  if (isNeeded) context.missing(`${path} of this machine is no ${type}`, context.field);
  else context.lost(`${path} is not on this machine; an empty folder takes its place`, context.field);
  return null;
};

/** The files of a ConfigMap, of a Secret, of the pod's own fields, or of several; null for what has none. */
const projected = (written: Data, context: OneVolume): readonly ConfigFile[] | null => {
  if ('configMap' in written) return filesFrom(record(written['configMap']), 'configMap', context);
  if ('secret' in written) return filesFrom(record(written['secret']), 'secret', context);
  if ('downwardAPI' in written) return downwardFiles(record(written['downwardAPI']), context);
  if (!('projected' in written)) return null;
  const { sources, defaultMode } = record(written['projected']);
  const found = list(sources)
    .map(record)
    .flatMap((each) => projectedFrom(each, defaultMode, context));
  // Of two files at one path, the later one is there.
  return [...new Map(found.map((file) => [file.path, file])).values()];
};

const projectedFrom = (each: Data, defaultMode: unknown, context: OneVolume): readonly ConfigFile[] => {
  const withMode = Object.fromEntries(
    Object.entries(each).map(([kind, source]) => [kind, { defaultMode, ...record(source) }]),
  );
  const found = projected(withMode, context);
  if (found === null) context.lost(`${Object.keys(each).join(', ')} is not here`, context.field);
  return found ?? [];
};

const filesFrom = (
  data: Data,
  kind: 'configMap' | 'secret',
  { manifests, missing, lost, field }: OneVolume,
): readonly ConfigFile[] => {
  const name = text(data['secretName']) ?? text(data['name']) ?? '';
  const contents = (kind === 'secret' ? manifests.secrets : manifests.configMaps).get(name);
  if (contents === undefined) {
    if (data['optional'] !== true)
      reportMissing(`the ${kind} ${name} is not in the file`, name, { missing, lost, field });
    return [];
  }
  const secret = kind === 'secret';
  const isBinary = (key: string): boolean =>
    manifests.binary.includes(`${secret ? 'Secret' : 'ConfigMap'} ${name}, ${key}`);
  return itemsOf(data, contents).flatMap(({ path, key, mode }) => {
    const content = contents.get(key);
    if (content === undefined && data['optional'] !== true && !isBinary(key))
      missing(`the ${kind} ${name} has no ${key}`, field);
    return content === undefined ? [] : [{ path, secret, content, mode }];
  });
};

/** ConfigMaps that a cluster makes in every namespace. */
const OF_CLUSTERS = ['kube-root-ca.crt', 'openshift-service-ca.crt'];

const reportMissing = (
  why: string,
  name: string,
  { missing, lost, field }: Pick<OneVolume, 'missing' | 'lost' | 'field'>,
): void => (OF_CLUSTERS.includes(name) ? lost : missing)(why, field);

const downwardFiles = (data: Data, context: OneVolume): readonly ConfigFile[] =>
  list(data['items'])
    .map(record)
    .flatMap((item) => {
      const path = text(item['path']) ?? '';
      const content = toldOf(item, context);
      if (content === null) context.missing(`nothing of ${path} is known here`, context.field);
      const mode = modeOf(item['mode'] ?? data['defaultMode']);
      return content === null ? [] : [{ path, content, mode, secret: false }];
    });

const toldOf = (item: Data, { workload, source }: OneVolume): string | null => {
  const field = text(record(item['fieldRef'])['fieldPath']);
  if (field !== undefined) return fieldOf(field, workload);
  const resource = record(item['resourceFieldRef']);
  const containers = [...list(workload.pod['initContainers']), ...list(workload.pod['containers'])].map(
    record,
  );
  const container = containers.find(({ name }) => name === resource['containerName']);
  return container === undefined ? null : resourceOf(resource, container, source.machine);
};

interface Item {
  readonly key: string;
  readonly path: string;
  readonly mode: string | undefined;
}

const itemsOf = ({ items, defaultMode }: Data, contents: Contents): readonly Item[] => {
  const written = list(items).map(record);
  if (written.length === 0)
    return [...contents.keys()].map((key) => ({ key, path: key, mode: modeOf(defaultMode) }));
  return written.map((item) => {
    const key = text(item['key']) ?? '';
    return { key, path: text(item['path']) ?? key, mode: modeOf(item['mode'] ?? defaultMode) };
  });
};

const USUAL_MODE = 0o644;

/** Octal digits. */
const modeOf = (written: unknown): string | undefined => {
  const mode = number(written);
  return mode === undefined || mode === USUAL_MODE ? undefined : `0${mode.toString(8)}`;
};
