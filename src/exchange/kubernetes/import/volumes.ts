import type { Fields } from '../../form/found-pod.ts';
import { toLabel } from '../../form/label.ts';
import type { ReportLoss } from '../../form/losses.ts';
import type { Source } from '../../format.ts';
import { type Data, list, number, record, text } from '../../reading/read-yaml.ts';
import type { Contents, Manifests, Workload } from './manifests.ts';

/** What a container can mount: a volume of the pod, or files. */
export type Mountable =
  | { readonly kind: 'volume'; readonly label: string; readonly fields: Fields }
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
}

/** The volumes of a workload by their names in it. `prefix`: keeps those of several workloads apart. */
export const mountablesOf = (
  { pod, spec }: Workload,
  prefix: string,
  context: VolumeContext,
): ReadonlyMap<string, Mountable> =>
  new Map([
    ...list(spec['volumeClaimTemplates']).map((claim) => {
      const name = text(record(record(claim)['metadata'])['name']) ?? 'data';
      return [name, volume(`${prefix}${name}`, { persist: true })] as const;
    }),
    ...list(pod['volumes'])
      .map(record)
      .flatMap((written) => {
        const found = mountable(written, prefix, context);
        return found === null ? [] : [[text(written['name']) ?? '', found] as const];
      }),
  ]);

const volume = (name: string, fields: Fields): Mountable => ({
  kind: 'volume',
  label: toLabel(name),
  fields,
});

const mountable = (written: Data, prefix: string, context: VolumeContext): Mountable | null => {
  const name = text(written['name']) ?? '';
  const field = `volumes.${name}`;
  if ('emptyDir' in written) return volume(`${prefix}${name}`, {});
  const claim = text(record(written['persistentVolumeClaim'])['claimName']);
  if (claim !== undefined) return volume(prefix === '' ? name : claim, { persist: true });
  const folder = text(record(written['hostPath'])['path']);
  if (folder !== undefined && context.source.machine.isFolder(folder))
    return volume(`${prefix}${name}`, { path: folder });
  const files = projected(written, field, context);
  if (files !== null) return files.length === 0 ? null : { kind: 'files', files };
  const [kind] = Object.keys(written).filter((key) => key !== 'name');
  context.lost(`${kind ?? 'a volume'} is not here; an empty folder takes its place`, field);
  return volume(`${prefix}${name}`, {});
};

/** The files of a ConfigMap, of a Secret, or of several; null for what has none. */
const projected = (written: Data, field: string, context: VolumeContext): readonly ConfigFile[] | null => {
  if ('configMap' in written) return filesFrom(written['configMap'], 'configMap', field, context);
  if ('secret' in written) return filesFrom(written['secret'], 'secret', field, context);
  if ('downwardAPI' in written) {
    context.lost('no API server tells it about its pod', field);
    return [];
  }
  if (!('projected' in written)) return null;
  return list(record(written['projected'])['sources'])
    .map(record)
    .flatMap((each) => {
      const found = projected(each, field, context);
      if (found === null) context.lost(`${Object.keys(each).join(', ')} is not here`, field);
      return found ?? [];
    });
};

const filesFrom = (
  written: unknown,
  kind: 'configMap' | 'secret',
  field: string,
  { manifests, lost }: VolumeContext,
): readonly ConfigFile[] => {
  const data = record(written);
  const name = text(data['secretName']) ?? text(data['name']) ?? '';
  const contents = (kind === 'secret' ? manifests.secrets : manifests.configMaps).get(name);
  if (contents === undefined) {
    lost(`the ${kind} ${name} is not in the file`, field);
    return [];
  }
  const secret = kind === 'secret';
  const usual = secret ? undefined : octal(number(data['defaultMode']));
  return itemsOf(data, contents).map(({ path, key, mode }) => ({
    ...{ path, secret, content: contents.get(key) ?? '' },
    mode: secret ? undefined : (octal(mode) ?? usual),
  }));
};

interface Item {
  readonly key: string;
  readonly path: string;
  readonly mode: number | undefined;
}

const itemsOf = (data: Data, contents: Contents): readonly Item[] => {
  const items = list(data['items']).map(record);
  if (items.length === 0) return [...contents.keys()].map((key) => ({ key, path: key, mode: undefined }));
  return items.map((item) => {
    const key = text(item['key']) ?? '';
    return { key, path: text(item['path']) ?? key, mode: number(item['mode']) };
  });
};

const USUAL_MODE = 0o644;

/** YAML of 1.2 and JSON have modes in decimal digits. */
const octal = (mode: number | undefined): string | undefined =>
  mode === undefined || mode === USUAL_MODE ? undefined : `0${mode.toString(8)}`;
