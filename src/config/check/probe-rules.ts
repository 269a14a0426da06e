import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { DeclaredProcess } from '../resolve/component.ts';
import { probeTargets } from '../schema/parts.ts';
import type { Hook, LivenessProbe, ReadinessProbe, StartupProbe } from '../types.ts';

/**
 * Finds fields that this probe cannot have, probes without exactly one target, and hooks without exactly one action.
 */
export const findProbeProblems = ({ fields, path }: DeclaredProcess): readonly ConfigProblem[] => [
  ...killingProbeProblems('startup', fields.startup, path),
  ...readinessProblems(fields.readiness, [...path, 'readiness']),
  ...killingProbeProblems('liveness', fields.liveness, path),
  ...hookProblems(fields.postStart, [...path, 'postStart']),
  ...hookProblems(fields.preStop, [...path, 'preStop']),
];

const killingProbeProblems = (
  name: 'startup' | 'liveness',
  probe: StartupProbe | LivenessProbe | undefined,
  base: FieldPath,
): readonly ConfigProblem[] => {
  if (probe === undefined) return [];
  const path = [...base, name];
  const problems = [...targetProblems(probe, path)];
  if (name === 'liveness' && 'log' in probe) problems.push({ kind: 'log-liveness', path: [...path, 'log'] });
  const found: number = probe.successThreshold ?? 1;
  if (found !== 1) {
    problems.push({ kind: 'success-threshold', path: [...path, 'successThreshold'], probe: name, found });
  }
  return problems;
};

const readinessProblems = (
  probe: ReadinessProbe | false | undefined,
  path: FieldPath,
): readonly ConfigProblem[] => {
  if (probe === undefined || probe === false) return [];
  const problems = [...targetProblems(probe, path)];
  if ('grace' in probe) problems.push({ kind: 'readiness-grace', path: [...path, 'grace'] });
  return problems;
};

const targetProblems = (probe: object, path: FieldPath): readonly ConfigProblem[] => {
  const found = probeTargets.filter((target) => target in probe);
  return found.length === 1 ? [] : [{ kind: 'probe-targets', path, found, known: probeTargets }];
};

const hookProblems = (hook: Hook | undefined, path: FieldPath): readonly ConfigProblem[] => {
  if (typeof hook !== 'object' || Array.isArray(hook)) return [];
  const found = Object.keys(hook);
  return found.length === 1 ? [] : [{ kind: 'hook-actions', path, found }];
};
