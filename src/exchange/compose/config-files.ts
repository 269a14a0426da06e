import { basename, posix } from 'node:path';
import { FILES } from '../export/inside.ts';
import type { Fields, Value } from '../form/found-pod.ts';
import type { ReportLoss } from '../form/losses.ts';
import { type FilePart, Template } from '../form/template.ts';
import { type Data, list, record, text } from '../reading/read-yaml.ts';
import type { ContainerMount } from './container-mounts.ts';

/** `configs` and `secrets` of the project. */
export interface Resources {
  readonly configs: Data;
  readonly secrets: Data;
}

export interface ServiceFiles {
  readonly fields: Fields;
  /** Files at places that the service wants. */
  readonly mounts: readonly ContainerMount[];
  /** Files whose path is where every exported process has its files. */
  readonly references: ReadonlyMap<string, FilePart>;
}

/** Files of a service whose content the project has, or a variable. `content`: what Compose makes of a text. */
export const serviceFiles = (
  name: string,
  data: Data,
  resources: Resources,
  content: (written: string) => Value,
  reportLoss: ReportLoss,
): ServiceFiles => {
  const found = [
    ...list(data['configs']).map((entry) => readFile(entry, '/', resources.configs)),
    ...list(data['secrets']).map((entry) => readFile(entry, '/run/secrets/', resources.secrets)),
  ];
  const readable = found.filter(({ resource }) => 'content' in resource || 'environment' in resource);
  for (const { source } of found.filter((each) => !readable.includes(each)))
    reportLoss(
      `the content of ${source} is not in the file`,
      resources.configs[source] === undefined ? 'secrets' : 'configs',
    );
  const own = `${FILES}/${name}/`;
  const nameOf = (source: string): string => {
    const places = readable.filter((each) => each.source === source);
    const place = places.find(({ target }) => target.startsWith(own)) ?? places[0];
    return basename(place?.target ?? source);
  };
  const files = new Map(readable.map((file) => [nameOf(file.source), fileOf(file, content)]));
  const elsewhere = readable.filter(({ target }) => !target.startsWith(own));
  const exported = readable.filter(({ target }) => target.startsWith(own));
  return {
    fields: files.size === 0 ? {} : { files: Object.fromEntries(files) },
    mounts: elsewhere.map(({ source, target }) => ({
      volume: nameOf(source),
      fields: {},
      place: target,
      isFile: true,
    })),
    references: new Map(
      exported.map(({ source, target }) => [target, { kind: 'file', name: nameOf(source) }]),
    ),
  };
};

interface ReadFile {
  readonly source: string;
  readonly target: string;
  readonly mode: string | undefined;
  readonly isSecret: boolean;
  readonly resource: Data;
}

const readFile = (entry: unknown, folder: string, resources: Data): ReadFile => {
  const { source, target, mode } = typeof entry === 'string' ? { source: entry } : record(entry);
  const name = text(source) ?? '';
  return {
    source: name,
    target: posix.resolve(folder, text(target) ?? name),
    mode: text(mode),
    isSecret: folder !== '/',
    resource: record(resources[name]),
  };
};

const fileOf = ({ resource, mode, isSecret }: ReadFile, content: (written: string) => Value): Value => {
  const variable = text(resource['environment']);
  const said =
    variable === undefined
      ? content(text(resource['content']) ?? '')
      : new Template([{ kind: 'variable', name: variable, operator: '?', word: new Template([]) }]);
  if (!isSecret && mode === undefined) return said;
  return {
    content: said,
    ...(mode === undefined ? {} : { mode: mode.padStart(4, '0') }),
    ...(isSecret ? { secret: true } : {}),
  };
};
