import { basename, relative } from 'node:path';
import { parseDuration } from '../../../config/schema/duration.ts';
import type { Variables } from '../../../model/env-file.ts';
import type { FieldPath } from '../../../model/failures/config-problem.ts';
import type { Fields, FoundPod, FoundProcess } from '../../form/found-pod.ts';
import { toLabel } from '../../form/label.ts';
import { Losses } from '../../form/losses.ts';
import type { Source } from '../../format.ts';
import { fromSeconds } from '../../reading/durations.ts';
import { list } from '../../reading/read-yaml.ts';
import { type Project, readProject } from '../project.ts';
import { projectFiles } from '../project-files.ts';
import { appsOf } from './apps.ts';
import type { Context } from './context.ts';
import { filledDocument, variableOf } from './fill.ts';
import { Problems } from './problems.ts';
import { activeServices } from './profiles.ts';
import { ServiceReader } from './services.ts';
import { checkShapes } from './shapes.ts';
import { besideFile, withEnvFiles } from './variables.ts';

/**
 * Reads a Compose project as `docker compose up` runs it: every service is a container.
 *
 * @throws {import('../../form/source-mistakes.ts').SourceMistakes} for what Compose refuses
 */
export const readToRun = (source: Source): FoundPod => {
  const problems = new Problems();
  const losses = new Losses();
  const context = contextOf(source, problems, losses);
  const reader = new ServiceReader(context);
  const processes = reader.processes;
  problems.throwIfAny();
  const said = list(context.whole['x-apps']).map(String);
  const apps = said.length > 0 ? said : appsOf(processes);
  return {
    source: source.name,
    name: toLabel(context.project),
    fields: {
      ...reader.volumes.usedBy(processes.map(({ fields }) => (fields['mounts'] ?? {}) as Fields)),
      ...podStop(processes),
    },
    processes,
    apps,
    losses: losses.all,
    remarks: said.length > 0 || apps.length === 0 || processes.length === 1 ? [] : [endsWith(apps)],
  };
};

const endsWith = (apps: readonly string[]): string =>
  apps.length === 1
    ? `the pod ends with ${apps[0]}, which no other service depends on`
    : `the pod ends with the last of ${apps.join(', ')}: no other service depends on them`;

const contextOf = (source: Source, problems: Problems, losses: Losses): Context => {
  const onProblem = (file: string, field: FieldPath, why: string): void =>
    problems.add(field, why, file === source.file ? undefined : relative(source.folder, file));
  const envFile = (path: string, why: string): void => onProblem(path, [], why);
  const variables = withEnvFiles(
    [besideFile(source.folder)],
    { ...source.machine.env },
    source.machine,
    envFile,
  );
  const unset = new Set<string>();
  const project = readProject(source, projectFiles(source, variables), variables, {
    prepare: (document, file, known) => {
      const report = (field: FieldPath, why: string): void => onProblem(file, field, why);
      const filled = filledDocument(document, {
        variables: { COMPOSE_PROJECT_NAME: nameOf(source, undefined, known), ...known },
        onUnset: (name) => unset.add(name),
        onProblem: report,
      });
      checkShapes(filled, report);
      return filled;
    },
    path: (written) => written,
    variablesOf: (folder, files, outer) =>
      withEnvFiles(files.length > 0 ? files : [besideFile(folder)], outer, source.machine, envFile),
    onProblem,
  });
  problems.throwIfAny();
  for (const name of unset) losses.of(null)(`the variable ${name} is not set, and is empty`);
  return forServices(source, project, variables, problems, losses);
};

const forServices = (
  source: Source,
  project: Project,
  variables: Variables,
  problems: Problems,
  losses: Losses,
): Context => {
  const { services, whole } = project;
  if (services.size === 0) problems.add(['services'], 'the project has no services');
  const name = nameOf(source, project.name, variables);
  return {
    source,
    project: name,
    variables: { COMPOSE_PROJECT_NAME: name, ...variables },
    services,
    active: activeServices(services, variables),
    whole,
    losses,
    problems,
  };
};

/** The folder's name stands for one that nobody has given. */
const nameOf = ({ folder }: Source, written: string | undefined, variables: Variables): string => {
  const given = variableOf(variables, 'COMPOSE_PROJECT_NAME') || written || basename(folder);
  return (
    given
      .toLowerCase()
      .replace(/[^a-z0-9_-]/g, '')
      .replace(/^[_-]+/, '') || 'project'
  );
};

/** Compose gives each service its own time to stop, one after the other; the longest chain of them has to fit. */
const podStop = (processes: readonly FoundProcess[]): Fields => {
  const byName = new Map(processes.map((process) => [process.name, process]));
  const known = new Map<string, number>();
  const chain = (name: string): number => {
    const { fields, dependsOn = [] } = byName.get(name) ?? {};
    const { grace } = (fields?.['stop'] ?? {}) as Fields;
    const others = dependsOn.map(({ process }) => known.get(process) ?? chain(process));
    const sum = (parseDuration(String(grace)) ?? 0) + Math.max(0, ...others);
    known.set(name, sum);
    return sum;
  };
  const longest = Math.max(0, ...processes.map(({ name }) => chain(name)));
  return longest <= BY_DEFAULT ? {} : { stop: { grace: fromSeconds(longest / 1000) } };
};

/** Milliseconds that a pod has to stop. */
const BY_DEFAULT = 10_000;
