import { basename } from 'node:path';
import type { FoundPod } from '../form/found-pod.ts';
import { Losses } from '../form/losses.ts';
import { Template } from '../form/template.ts';
import type { Format, Source } from '../format.ts';
import { envFileIn, variablesOf } from '../reading/dot-env.ts';
import { readYaml, record } from '../reading/read-yaml.ts';
import { readCommand } from './command.ts';
import { type ChosenService, Importer } from './processes.ts';
import { readProject } from './project.ts';
import { readService, type Service } from './service.ts';

/** Reads a Compose file's services: as processes where that can be, else as containers. */
const readCompose = (source: Source): FoundPod => {
  const losses = new Losses();
  const variables = variablesOf(source);
  const project = readProject(source, variables, losses);
  const read = [...project.services].map(([name, data]) =>
    readService(name, data, source, variables, losses.of(name)),
  );
  const services = withBuiltImages(read).map(
    (service): ChosenService => ({
      ...service,
      command: readCommand(service, source, losses.of(service.name)),
    }),
  );
  const importer = new Importer(services, source, variables, losses);
  const processes = services.map((service) => importer.process(service));
  return {
    source: source.name,
    name: project.name,
    // Compose reads `.env` to fill in variables, and gives its content only to services that ask for it.
    fields: { ...(usesVariables(processes) ? envFileIn(source) : {}), ...importer.volumes() },
    processes,
    apps: [],
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

export const compose: Format = {
  name: 'Compose',
  files: ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'],
  recognizes: ({ file, text }) =>
    /\.ya?ml$/.test(file) &&
    ('services' in record(readYaml(text)) ||
      (/compose/.test(basename(file)) && 'include' in record(readYaml(text)))),
  read: readCompose,
};
