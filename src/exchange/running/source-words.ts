import type { FieldPath } from '../../model/failures/config-problem.ts';
import type { Format } from '../format.ts';
import { kubernetes } from '../kubernetes/import/read-kubernetes.ts';
import type { WrittenPod, WrittenProcess } from '../writing/assemble.ts';

interface Words {
  /** Where the source has what becomes a process. */
  readonly group: string;
  /** Names of fields that a config calls otherwise. */
  readonly fields: Readonly<Record<string, string>>;
}

const COMPOSE: Words = {
  group: 'services',
  fields: {
    args: 'command',
    command: 'entrypoint',
    dependsOn: 'depends_on',
    env: 'environment',
    envFile: 'env_file',
    mounts: 'volumes',
    postStart: 'post_start',
    preStop: 'pre_stop',
    pull: 'pull_policy',
    readiness: 'healthcheck',
    workingDir: 'working_dir',
  },
};

const KUBERNETES: Words = {
  group: 'containers',
  fields: {
    instances: 'replicas',
    liveness: 'livenessProbe',
    mounts: 'volumeMounts',
    postStart: 'lifecycle.postStart',
    preStop: 'lifecycle.preStop',
    pull: 'imagePullPolicy',
    readiness: 'readinessProbe',
    startup: 'startupProbe',
    user: 'securityContext.runAsUser',
  },
};

/**
 * Returns a function from the path of a field in the config to its path in the source, as far as the two differ only in
 * names.
 *
 * @example inWordsOf(compose, pod)(['sidecars', 'db', 'readiness', 'exec']) // ['services', 'db', 'healthcheck', 'exec']
 */
export const inWordsOf = (format: Format, pod: WrittenPod): ((path: FieldPath) => FieldPath) => {
  const { group, fields } = format === kubernetes ? KUBERNETES : COMPOSE;
  const places = placesIn(pod);
  return (path) => {
    const place = places.find(({ at }) => at.every((key, index) => path[index] === key));
    if (place === undefined) return path;
    const [field, ...rest] = path.slice(place.at.length);
    const name = typeof field === 'string' ? (fields[field] ?? field) : field;
    return [group, place.source, ...(name === undefined ? [] : [name]), ...rest];
  };
};

interface Place {
  readonly at: FieldPath;
  readonly source: string;
}

const placesIn = ({ shared, apps, isOneApp }: WrittenPod): readonly Place[] => {
  const within =
    (base: FieldPath) =>
    (process: WrittenProcess): Place => ({
      at: [...base, process.label],
      source: process.source,
    });
  return [
    ...shared.init.map(within(['init'])),
    ...shared.sidecars.map(within(['sidecars'])),
    ...apps.flatMap(({ primary, init, sidecars }) => {
      const base = isOneApp ? [] : ['apps', primary.label];
      return [
        ...init.map(within([...base, 'init'])),
        ...sidecars.map(within([...base, 'sidecars'])),
        { at: [...base, 'primary'], source: primary.source },
      ];
    }),
  ];
};
