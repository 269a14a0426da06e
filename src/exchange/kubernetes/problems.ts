import { imageOf } from './container.ts';
import type { ExportOptions, Process } from './export-options.ts';
import type { Part } from './parts.ts';

/** All of them at once: each costs whoever exports a change of the config or of the command line. */
export const findProblems = (parts: readonly Part[], { images }: ExportOptions): readonly string[] => {
  const all = parts.flatMap(({ processes }) => processes);
  const names = all.map(({ name }) => name);
  const bare = all.filter((process) => process.origin === null && imageOf(process, images) === null);
  return [
    ...readyMade(all),
    ...(bare.length > 0
      ? [
          `${bare.map(({ name }) => name).join(', ')}: no image; set 'image' in the config, or say ${bare.map(({ name }) => `'--image ${name}=REF'`).join(' ')}`,
        ]
      : []),
    ...[...images.keys()]
      .filter((name) => !names.includes(name))
      .map((name) => `--image ${name}: there is no process ${name}`),
    ...twice(names).map((name) => `two processes are called ${name} in Kubernetes; rename one`),
    ...twice(parts.map(({ name }) => name)).map(
      (name) => `two apps are called ${name} in Kubernetes; rename one`,
    ),
  ];
};

const readyMade = (all: readonly Process[]): readonly string[] => {
  const made = all.filter(({ origin }) => origin !== null).map(({ name }) => name);
  return made.length === 0
    ? []
    : [
        `ready-made sidecars cannot be exported yet: ${made.join(', ')}; leave them out with '--without ${made.join(' --without ')}'`,
      ];
};

const twice = (names: readonly string[]): readonly string[] => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
];
