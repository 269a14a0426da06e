import { basename, relative } from 'node:path';
import { composeNames } from '../../config/load/find-config.ts';
import type { FoundPod } from '../form/found-pod.ts';
import { interpolatedNow } from '../form/interpolation.ts';
import { Losses } from '../form/losses.ts';
import { Template } from '../form/template.ts';
import type { Format, Source } from '../format.ts';
import { envFileIn, variablesOf } from '../reading/dot-env.ts';
import { type Data, list, record } from '../reading/read-yaml.ts';
import { readCommand } from './command.ts';
import { readComposeYaml } from './compose-yaml.ts';
import { type ChosenService, Importer } from './processes.ts';
import { readProject } from './project.ts';
import { projectFiles } from './project-files.ts';
import { readToRun } from './run/read-to-run.ts';
import { readService, type Service } from './service.ts';

/** Reads a Compose file's services: as processes where that can be, else as containers. */
const readToWrite = (source: Source): FoundPod => {
  const losses = new Losses();
  const variables = variablesOf(source);
  const project = readProject(source, projectFiles(source, {}), variables, {
    prepare: (document) => document,
    path: (path) => interpolatedNow(path, variables, losses.of(null)),
    variablesOf: (_folder, _files, outer) => outer,
    onProblem: (file, field, why) =>
      losses.of(null)(why, field.length === 0 ? relative(source.folder, file) : field.join('.')),
  });
  // A pod that has been exported says what is an app.
  const apps = list(project.whole['x-apps']).map(String);
  const exported = apps.length === 0 ? null : [...project.services.keys()];
  const read = [...project.services].map(([name, data]) =>
    readService(name, data, exported, source, variables, losses.of(name)),
  );
  const services = withBuiltImages(read).map(
    (service): ChosenService => ({
      ...service,
      command: readCommand(service, source, losses.of(service.name)),
    }),
  );
  const importer = new Importer(services, source, variables, losses, {
    configs: record(project.whole['configs']),
    secrets: record(project.whole['secrets']),
  });
  const found = services.map((service) => importer.process(service));
  const processes = apps.length === 0 ? found : found.map((process) => ({ ...process, isIndependent: true }));
  return {
    source: source.name,
    name: project.name,
    // Compose reads `.env` to fill in variables, and gives its content only to services that ask for it.
    fields: { ...(usesVariables(processes) ? envFileIn(source) : {}), ...importer.volumes() },
    processes,
    apps,
    losses: losses.all,
    remarks:
      processes.filter(({ fields, container }) => fields['restart'] === 'never' && container === undefined)
        .length > 1
        ? [REMARK]
        : [],
  };
};

const REMARK =
  "Compose restarts nothing by default, but a sidecar always restarts, so these have restart: 'never'";

/** A service may run the image that another one builds. */
const withBuiltImages = (services: readonly Service[]): readonly Service[] => {
  const built = new Map(
    services.flatMap((service) =>
      service.image !== '' && service.dockerfile !== null ? [[service.image, service] as const] : [],
    ),
  );
  return services.map((service) => {
    const same = service.code === undefined ? built.get(service.image) : undefined;
    if (same === undefined) return service;
    const { code, dockerfile, dockerfileText, paths, containerFolder } = same;
    return { ...service, code, dockerfile, dockerfileText, paths, containerFolder };
  });
};

const usesVariables = (value: unknown): boolean =>
  value instanceof Template
    ? value.parts.some((part) => typeof part === 'object' && part.kind === 'variable')
    : typeof value === 'object' && value !== null && Object.values(value).some(usesVariables);

/** A config of ours may have a wrong field of that name. */
const isProject = (data: Data, file: string): boolean =>
  !['primary', 'apps', 'sidecars'].some((field) => field in data) &&
  ('services' in data || ('include' in data && /compose/.test(basename(file))));

export const compose: Format = {
  name: 'Compose',
  files: composeNames,
  recognizes: ({ file, text }) =>
    /\.(ya?ml|json)$/.test(file) && isProject(record(readComposeYaml(text)), file),
  read: (source) => (source.purpose === 'run' ? readToRun(source) : readToWrite(source)),
};
