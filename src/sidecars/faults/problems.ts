import type { PresetPlace } from '../../config/expand/preset.ts';
import type { FaultsOptions, HttpFault, Toxic } from '../../config/ready-made.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import { findNeighbor } from '../neighbor.ts';
import { TOXIC_ATTRIBUTES } from './options.ts';

/** Finds unknown names, and attributes that belong to another toxic. */
export const faultsProblems = (options: FaultsOptions, place: PresetPlace): readonly ConfigProblem[] => {
  const { toxics = [], http = [] } = options;
  return [
    ...targetProblems(options, place),
    ...receiverProblems(options, place),
    ...toxics.flatMap((toxic, index) => attributeProblems(toxic, [...place.path, 'toxics', index])),
    ...sameNames(toxics, [...place.path, 'toxics']),
    ...http.flatMap((fault, index) => turnProblems(fault, [...place.path, 'http', index])),
  ];
};

const targetProblems = ({ to }: FaultsOptions, place: PresetPlace): readonly ConfigProblem[] => {
  if (typeof to === 'object') return [];
  const found = findNeighbor(to, withoutGroups(place), [...place.path, 'to']);
  return found.ok ? [] : [found.problem];
};

/** A toxic is for one port, and an app with instances has several. */
const withoutGroups = (place: PresetPlace): PresetPlace => ({ ...place, instances: new Map() });

const receiverProblems = (
  { to, for: receivers = [] }: FaultsOptions,
  { path, names }: PresetPlace,
): readonly ConfigProblem[] => {
  const target = typeof to === 'object' ? null : to.split('.')[0];
  if (target === null)
    return receivers.length === 0
      ? []
      : [{ kind: 'not-detoured', path: [...path, 'for'], because: 'no-process' }];
  return receivers.flatMap((found, index): readonly ConfigProblem[] => {
    const at = [...path, 'for', index];
    if (found === target) return [{ kind: 'not-detoured', path: at, because: 'target' }];
    if (names.includes(found)) return [];
    const known = names.filter((name) => name !== target);
    return [
      { kind: 'unknown-name', named: 'process', path: at, found, nearest: nearest(found, known), known },
    ];
  });
};

const attributeProblems = ({ type, attributes = {} }: Toxic, path: FieldPath): readonly ConfigProblem[] => {
  const known: readonly string[] = TOXIC_ATTRIBUTES[type];
  return Object.keys(attributes)
    .filter((found) => !known.includes(found))
    .map((found) => ({
      kind: 'unknown-key',
      path: [...path, 'attributes', found],
      found,
      nearest: nearest(found, known),
      known,
    }));
};

const turnProblems = (fault: HttpFault, path: FieldPath): readonly ConfigProblem[] => {
  const found = TURNS.filter((turn) => fault[turn] !== undefined);
  return found.length > 1 ? [{ kind: 'fault-turns', path, found }] : [];
};

/** They say which of the requests that match a fault is for. */
const TURNS = ['failFirst', 'every', 'percentage'] as const;

const sameNames = (toxics: readonly Toxic[], path: FieldPath): readonly ConfigProblem[] => {
  const names = toxics.map(({ type, stream = 'downstream', name = `${type}_${stream}` }) => name);
  return names.flatMap((name, index): readonly ConfigProblem[] => {
    const first = names.indexOf(name);
    return first === index
      ? []
      : [{ kind: 'name-taken', path: [...path, index], name, by: [...path, first] }];
  });
};
