import { type Images, imageOf } from './images.ts';
import type { Part } from './parts.ts';
import type { Process } from './pod.ts';
import { asksSupervisor } from './ready-made.ts';

/**
 * What has to be changed for `tool`, all of it at once: each costs whoever exports a change of the config or of the command
 * line.
 */
export const findProblems = (parts: readonly Part[], options: Images, tool: string): readonly string[] => {
  const all = parts.flatMap(({ processes }) => processes);
  const names = all.map(({ name }) => name);
  const bare = all.filter((process) => process.origin === null && imageOf(process, options) === null);
  return [
    ...supervised(all, tool),
    ...readyMade(all, options),
    ...(bare.length > 0
      ? [
          `${bare.map(({ name }) => name).join(', ')}: no image; set 'image' in the config, or say ${bare.map(({ name }) => `'--image ${name}=REF'`).join(' ')}`,
        ]
      : []),
    ...[...options.images.keys()]
      .filter((name) => !names.includes(name))
      .map((name) => `--image ${name}: there is no process ${name}`),
    ...twice(names).map((name) => `two processes are called ${name} in ${tool}; rename one`),
    ...twice(parts.map(({ name }) => name)).map(
      (name) => `two apps are called ${name} in ${tool}; rename one`,
    ),
  ];
};

const supervised = (all: readonly Process[], tool: string): readonly string[] => {
  const names = all.filter(asksSupervisor).map(({ name }) => name);
  return names.length === 0
    ? []
    : [
        `${names.join(', ')}: asks the supervisor of the pod, which ${tool} does not have; leave it out with '--without ${names.join(' --without ')}'`,
      ];
};

const readyMade = (all: readonly Process[], options: Images): readonly string[] => {
  const bare = all.filter((process) => process.origin !== null && imageOf(process, options) === null);
  return bare.length === 0
    ? []
    : [
        `${bare.map(({ name }) => name).join(', ')}: ready-made, and without an image; say '--sidecar-image REF' ('--build-context DIR' writes what 'docker build DIR' makes it of)`,
      ];
};

const twice = (names: readonly string[]): readonly string[] => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
];
