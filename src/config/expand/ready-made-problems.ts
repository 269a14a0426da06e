import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import { findOptionProblems } from '../schema/schema-problems.ts';
import type { Presets } from './preset.ts';

/** A sidecar of a config whose shape is not known to be right. */
interface Written {
  readonly path: FieldPath;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Finds sidecars without a program, with two, and ready-made ones with a wrong name, engine or shape of options. */
export const findReadyMadeProblems = (config: unknown, presets: Presets): readonly ConfigProblem[] =>
  writtenSidecars(config).flatMap((sidecar) => [
    ...programProblems(sidecar),
    ...(typeof sidecar.fields['use'] === 'string'
      ? findUseProblems(sidecar, sidecar.fields['use'], presets)
      : []),
  ]);

export const usesReadyMade = (config: unknown): boolean =>
  writtenSidecars(config).some(({ fields }) => 'use' in fields);

const writtenSidecars = (config: unknown): readonly Written[] => [
  ...sidecarsOf(config, []),
  ...entriesOf(Object(config).apps).flatMap(([name, app]) => sidecarsOf(app, ['apps', name])),
];

const sidecarsOf = (component: unknown, base: FieldPath): readonly Written[] =>
  entriesOf(Object(component).sidecars).flatMap(([name, fields]) =>
    isRecord(fields) ? [{ path: [...base, 'sidecars', name], fields }] : [],
  );

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  isRecord(value) ? Object.entries(value) : [];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const programProblems = ({ path, fields }: Written): readonly ConfigProblem[] => {
  const { command, use } = fields;
  if (use !== undefined)
    return command === undefined ? [] : [{ kind: 'command-and-use', path: [...path, 'command'] }];
  const alone = ['with', 'engine'].filter((field) => fields[field] !== undefined);
  return [
    ...(command === undefined && !('command' in fields)
      ? [{ kind: 'missing', path: [...path, 'command'], expected: 'command' } as const]
      : []),
    ...alone.map((field) => ({ kind: 'without-use', path: [...path, field] }) as const),
  ];
};

const findUseProblems = (
  { path, fields }: Written,
  use: string,
  presets: Presets,
): readonly ConfigProblem[] => {
  const preset = presets.get(use);
  const { with: options = {} } = fields;
  const at = [...path, 'use'];
  const known = [...presets.keys()];
  if (preset === undefined)
    return [
      {
        kind: 'unknown-name',
        named: 'ready-made',
        path: at,
        found: use,
        nearest: nearest(use, known),
        known,
      },
    ];
  return [
    ...engineProblems(fields['engine'], preset.engines, [...path, 'engine']),
    ...(isRecord(options) ? findOptionProblems(preset.options, options, [...path, 'with']) : []),
  ];
};

const engineProblems = (
  engine: unknown,
  known: readonly string[],
  path: FieldPath,
): readonly ConfigProblem[] => {
  if (typeof engine !== 'string' || known.includes(engine)) return [];
  return [
    { kind: 'unknown-name', named: 'engine', path, found: engine, nearest: nearest(engine, known), known },
  ];
};
