import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';

/** A process of a config whose shape is not known to be right. */
export interface WrittenProcess {
  readonly path: FieldPath;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly isSidecar: boolean;
}

/** Finds processes without a program, or with two. */
export const findProgramProblems = (config: unknown): readonly ConfigProblem[] =>
  writtenProcesses(config).flatMap(programProblems);

export const writtenProcesses = (config: unknown): readonly WrittenProcess[] => [
  ...processesOf(config, []),
  ...entriesOf(Object(config).apps).flatMap(([name, app]) => processesOf(app, ['apps', name])),
];

const processesOf = (component: unknown, base: FieldPath): readonly WrittenProcess[] => {
  const { init, sidecars, primary } = Object(component) as Readonly<Record<string, unknown>>;
  const written = (section: unknown, path: FieldPath, isSidecar: boolean): readonly WrittenProcess[] =>
    entriesOf(section).flatMap(([name, fields]) =>
      isRecord(fields) ? [{ path: [...base, ...path, name], fields, isSidecar }] : [],
    );
  return [
    ...written(init, ['init'], false),
    ...written(sidecars, ['sidecars'], true),
    ...written({ primary }, [], false),
  ];
};

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  isRecord(value) ? Object.entries(value) : [];

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What says something of a container. */
const OF_IMAGE = ['args', 'workingDir', 'user', 'pull', 'build', 'anonymousVolumes'] as const;

const programProblems = ({ path, fields, isSidecar }: WrittenProcess): readonly ConfigProblem[] => {
  const set = (names: readonly string[]) => names.filter((name) => fields[name] !== undefined);
  const at = (name: string): FieldPath => [...path, name];
  if (isSidecar && fields['use'] !== undefined)
    return set(['command', 'image', ...OF_IMAGE]).map((name) => ({
      kind: 'command-and-use',
      path: at(name),
    }));
  const isMissing = !['command', 'image'].some((name) => name in fields);
  const ofUse = isSidecar ? set(['with', 'engine']) : [];
  const ofImage = fields['image'] === undefined ? set(OF_IMAGE) : [];
  return [
    ...(isMissing ? [{ kind: 'missing', path: at('command'), expected: 'command' } as const] : []),
    ...ofUse.map((name) => ({ kind: 'without-use', path: at(name) }) as const),
    ...ofImage.map((name) => ({ kind: 'without-image', path: at(name) }) as const),
  ];
};
