import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import { isRecord, type WrittenProcess, writtenProcesses } from '../schema/program-problems.ts';
import { findOptionProblems } from '../schema/schema-problems.ts';
import type { Presets } from './preset.ts';

/** Finds ready-made sidecars with a wrong name, engine or shape of options. */
export const findReadyMadeProblems = (config: unknown, presets: Presets): readonly ConfigProblem[] =>
  readyMadeIn(config).flatMap((sidecar) => {
    const { use } = sidecar.fields;
    return typeof use === 'string' ? findUseProblems(sidecar, use, presets) : [];
  });

export const usesReadyMade = (config: unknown): boolean => readyMadeIn(config).length > 0;

const readyMadeIn = (config: unknown): readonly WrittenProcess[] =>
  writtenProcesses(config).filter(({ fields, isSidecar }) => isSidecar && 'use' in fields);

const findUseProblems = (
  { path, fields }: WrittenProcess,
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
