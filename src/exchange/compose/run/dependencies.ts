import { withNearest } from '../../../model/nearest.ts';
import type { FoundDependency } from '../../form/found-pod.ts';
import { type Data, list, record, text } from '../../reading/read-yaml.ts';
import { asNames } from '../merge-project.ts';
import { type Context, reportProblem } from './context.ts';
import { flagOf } from './flag-of.ts';

const CONDITIONS: Readonly<Record<string, NonNullable<FoundDependency['condition']>>> = {
  service_started: 'started',
  service_healthy: 'ready',
  service_completed_successfully: 'completed',
};

/** What a service waits for: what `depends_on` names, and what it uses of other services. */
export const readDependencies = (
  context: Context,
  name: string,
  service: Data,
): readonly FoundDependency[] => {
  const written = Object.entries(asNames(service['depends_on'])).map(([process, how]) =>
    readDependency(context, name, process, record(how)),
  );
  const implied = usedServices(service)
    .filter(({ process }) => !written.some((dependency) => dependency.process === process))
    .map(({ process, field }) => ({ process, field, condition: 'started' as const }));
  const known = [
    ...written.filter((dependency) => isKnown(context, name, dependency, 'depends_on')),
    ...implied.filter((dependency) => isKnown(context, name, dependency, dependency.field)),
  ];
  return known.map(({ process, condition, restart, required }: FoundDependency) => ({
    process,
    condition,
    ...(restart === undefined ? {} : { restart }),
    ...(required === undefined ? {} : { required }),
  }));
};

const readDependency = (
  context: Context,
  name: string,
  process: string,
  { condition, restart, required }: Data,
): FoundDependency => {
  const written = text(condition) ?? 'service_started';
  const known = Object.hasOwn(CONDITIONS, written) ? CONDITIONS[written] : undefined;
  if (known === undefined) {
    const why = `'${written}' is no condition: they are ${Object.keys(CONDITIONS).join(', ')}`;
    reportProblem(context, name, ['depends_on', process, 'condition'], why);
  }
  return {
    process,
    condition: known ?? 'started',
    ...(flagOf(restart) === true ? { restart: true } : {}),
    ...(flagOf(required) === false ? { required: false } : {}),
  };
};

/** One that is not required may be missing, or not start. */
const isKnown = (
  context: Context,
  name: string,
  { process, required }: FoundDependency,
  field: string,
): boolean => {
  const { services, active } = context;
  if (process === name) {
    reportProblem(context, name, field, 'it depends on itself');
    return false;
  }
  if (services.has(process)) return required !== false || active.has(process);
  if (required !== false)
    reportProblem(context, name, field, `there is no service ${withNearest(process, services.keys())}`);
  return false;
};

/** Services whose network, volumes or namespaces a service uses. */
const usedServices = (service: Data): readonly { readonly process: string; readonly field: string }[] => {
  const links = list(service['links']).map((link) => ({
    process: String(link).split(':')[0] ?? '',
    field: 'links',
  }));
  const volumes = list(service['volumes_from']).flatMap((entry) => {
    const [process = ''] = String(entry).split(':');
    return process === 'container' ? [] : [{ process, field: 'volumes_from' }];
  });
  const spaces = ['network_mode', 'ipc', 'pid'].flatMap((field) => {
    const process = serviceOf(service[field]);
    return process === undefined ? [] : [{ process, field }];
  });
  return [...links, ...volumes, ...spaces];
};

/** The service of `service:NAME`. */
export const serviceOf = (mode: unknown): string | undefined => /^service:(.+)$/.exec(text(mode) ?? '')?.[1];

/** Reports a circle of services that wait for each other: none of them would start. */
export const reportCircle = (
  context: Context,
  dependencies: ReadonlyMap<string, readonly FoundDependency[]>,
): void => {
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): void => {
    if (way.includes(name)) {
      const circle = [...way.slice(way.indexOf(name)), name];
      reportProblem(context, name, 'depends_on', `services wait for each other: ${circle.join(' → ')}`);
    } else if (!done.has(name)) {
      for (const { process } of dependencies.get(name) ?? []) visit(process, [...way, name]);
      done.add(name);
    }
  };
  for (const name of dependencies.keys()) visit(name, []);
};
