import { compact } from '../export/compact.ts';
import { FILES } from '../export/inside.ts';
import { labelOf } from '../export/names.ts';
import { outsideVariables } from '../export/outside-variables.ts';
import type { Process } from '../export/pod.ts';
import type { ReportLoss } from '../form/losses.ts';
import type { Manifest } from './export-options.ts';
import type { InsidePod } from './inside-pod.ts';

export interface WrittenFiles {
  /** The ConfigMap and the Secret with the contents. */
  readonly manifests: readonly Manifest[];
  readonly volume: Manifest;
  readonly mount: Manifest;
}

const USUAL_MODE = 0o644;

/** The volume with the files of a process. */
export const filesVolume = (process: string): string => labelOf(`${process}-files`);

/** The files of a process: a folder with what is in a ConfigMap, and in a Secret. */
export const filesOf = (
  { name, files }: Process,
  pod: string,
  inside: InsidePod,
  lost: ReportLoss,
): WrittenFiles | null => {
  if (files.length === 0) return null;
  const label = labelOf(`${pod}-${name}-files`);
  const volume = filesVolume(name);
  const open = files.filter(({ secret }) => !secret);
  const secret = files.filter((file) => file.secret);
  for (const { name: file, content, onChange } of files) reportFile(file, content, onChange, lost);
  const data = (some: Process['files']) =>
    Object.fromEntries(some.map((file) => [file.name, inside.plain(file.content)]));
  return {
    manifests: [
      ...(open.length === 0
        ? []
        : [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: label }, data: data(open) }]),
      ...(secret.length === 0
        ? []
        : [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: label }, stringData: data(secret) }]),
    ],
    volume: {
      name: volume,
      projected: {
        sources: [
          ...(open.length === 0 ? [] : [{ configMap: { name: label, items: itemsOf(open) } }]),
          ...(secret.length === 0 ? [] : [{ secret: { name: label, items: itemsOf(secret) } }]),
        ],
      },
    },
    mount: { name: volume, mountPath: `${FILES}/${name}`, readOnly: true },
  };
};

const itemsOf = (files: Process['files']): readonly Manifest[] =>
  files.map(({ name, mode }) =>
    compact({ key: name, path: name, mode: Number(mode) === USUAL_MODE ? undefined : Number(mode) }),
  );

const reportFile = (
  file: string,
  content: unknown,
  onChange: Process['files'][number]['onChange'],
  lost: ReportLoss,
): void => {
  for (const variable of outsideVariables(content))
    lost(`nothing fills in ${variable}, which the config takes from its environment`, `files.${file}`);
  if (onChange.kind === 'signal')
    lost(`a kubelet replaces the file, and sends no ${onChange.signal}`, `files.${file}.onChange`);
};
