import { basename, dirname, join, relative } from 'node:path';
import { compose } from '../compose/read-compose.ts';
import { commandOf } from '../form/command-line.ts';
import type { Fields, FoundPod, FoundProcess, Value } from '../form/found-pod.ts';
import { interpolated } from '../form/interpolation.ts';
import { Losses, type ReportLoss } from '../form/losses.ts';
import type { Format, Source } from '../format.ts';
import { onThisDisk } from '../on-this-disk.ts';
import { readJsonc } from '../reading/read-jsonc.ts';
import { type Data, list, record, text } from '../reading/read-yaml.ts';

/** Commands that set a container up once, which a checkout has behind it. */
const ONCE = ['initializeCommand', 'onCreateCommand', 'updateContentCommand', 'postCreateCommand'];

/** Fields about the container and the editor. */
const CONTAINER_ONLY = [
  'features',
  'mounts',
  'runArgs',
  'capAdd',
  'securityOpt',
  'privileged',
  'hostRequirements',
  'workspaceMount',
];

/**
 * Reads a development container: the services beside it, its variables, and the commands of each of its starts. What it
 * is itself is this machine.
 */
const readDevcontainer = async (source: Source): Promise<FoundPod> => {
  const losses = new Losses();
  const data = record(readJsonc(source.text));
  const services = await servicesOf(source, data);
  const own = text(data['service']) ?? '';
  const reportLoss = losses.of(null);
  const home = basename(source.folder) === '.devcontainer' ? '..' : '.';
  for (const field of ONCE.filter((name) => data[name] !== undefined))
    reportLoss('run it once yourself', field);
  for (const field of CONTAINER_ONLY.filter((name) => data[name] !== undefined))
    reportLoss('no meaning outside a container', field);
  losses.add(...services.flatMap((pod) => pod.losses).filter(({ process }) => process !== own));
  const env = environmentOf(data, reportLoss);
  const workspace = services.flatMap(({ processes }) => processes).find(({ name }) => name === own);
  const ownEnv = (workspace?.fields['env'] ?? {}) as Fields;
  const all = { ...ownEnv, ...env };
  return {
    source: source.name,
    fields: {
      ...Object.assign({}, ...services.map(({ fields }) => fields)),
      ...(Object.keys(all).length === 0 ? {} : { env: all }),
    },
    processes: [
      ...services.flatMap((pod) => pod.processes).filter(({ name }) => name !== own),
      ...commands('post-start', data['postStartCommand'], home, true),
      ...commands('app', data['postAttachCommand'], home, false),
    ],
    apps: [],
    losses: losses.all,
    remarks: services.flatMap((pod) => pod.remarks),
  };
};

const servicesOf = async (source: Source, data: Data): Promise<readonly FoundPod[]> => {
  const paths = list(data['dockerComposeFile']).map((path) => join(source.folder, String(path)));
  const { machine, folder, purpose } = source;
  return Promise.all(
    paths.map(async (file) => {
      const name = relative(folder, file);
      const text = machine.read(file) ?? '';
      const pod = await compose.read({ machine, file, folder: dirname(file), name, text, purpose });
      return onThisDisk(pod, { machine, folder, prefix: dirname(name) });
    }),
  );
};

const environmentOf = (data: Data, reportLoss: ReportLoss): Fields => {
  const written = { ...record(data['containerEnv']), ...record(data['remoteEnv']) };
  return Object.fromEntries(
    Object.entries(written).flatMap(([name, value]) => {
      const content = text(value);
      if (content === undefined || /\$\{containerEnv:/.test(content)) return [];
      return [[name, ofHere(content, reportLoss)] as const];
    }),
  );
};

/** `${localEnv:NAME}` and `${localWorkspaceFolder}`. */
const ofHere = (written: string, reportLoss: ReportLoss): Value =>
  interpolated(
    written
      .replace(/\$\{localEnv:(\w+)(?::([^}]*))?\}/g, (_, name: string, other?: string) =>
        other === undefined ? `\${${name}}` : `\${${name}:-${other}}`,
      )
      .replace(/\$\{(local|container)WorkspaceFolder\}/g, '.'),
    reportLoss,
  );

/** A line, a list of words, or an object with several of them, which run at the same time. */
const commands = (
  name: string,
  written: unknown,
  home: string,
  runsOnce: boolean,
): readonly FoundProcess[] => {
  if (written === undefined || written === null) return [];
  const several =
    typeof written === 'object' && !Array.isArray(written)
      ? Object.entries(record(written))
      : [[name, written] as const];
  return several.map(([each, value]) => ({
    name: each,
    comments: [],
    fields: {
      command: typeof value === 'string' ? value : commandOf(list(value).map((word) => text(word) ?? '')),
      cwd: home,
      restart: runsOnce ? undefined : 'never',
    },
    dependsOn: [],
    runsOnce,
    code: home,
  }));
};

export const devcontainer: Format = {
  name: 'devcontainer',
  files: ['.devcontainer/devcontainer.json', '.devcontainer.json'],
  recognizes: ({ file }) => /^\.?devcontainer\.json$/.test(basename(file)),
  read: readDevcontainer,
};
