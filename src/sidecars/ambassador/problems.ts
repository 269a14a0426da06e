import type { PresetPlace } from '../../config/expand/preset.ts';
import type { AmbassadorOptions } from '../../config/traffic.ts';
import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import { accessLogProblems } from '../traffic/access-log.ts';
import { backendProblems } from '../traffic/backend-problems.ts';
import { filterProblems } from '../traffic/filter-problems.ts';
import { policyProblems, routeProblems } from '../traffic/find-problems.ts';
import { findHttpNeeds } from '../traffic/http-needs.ts';
import { serverTlsProblems } from '../traffic/tls-problems.ts';
import { tracingProblems } from '../traffic/tracing.ts';

/** Finds unknown names, and options that do not go together. */
export const ambassadorProblems = (
  options: AmbassadorOptions,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  const { path } = place;
  const { tls = false, protocol, redirectPort, routes = [], accessLog, tracing } = options;
  return [
    ...backendProblems(options, place),
    ...serverTlsProblems(tls, place),
    ...(protocol === 'tcp' ? needsRequests(options, place) : []),
    ...(redirectPort !== undefined && tls === false
      ? [{ kind: 'needs', path: [...path, 'redirectPort'], needs: 'tls' } as const]
      : []),
    ...(redirectPort !== undefined && protocol === 'tcp'
      ? [{ kind: 'needs-requests', path: [...path, 'redirectPort'] } as const]
      : []),
    ...policyProblems(options, path),
    ...filterProblems(options, path),
    ...routeProblems(routes, options, place),
    ...accessLogProblems(accessLog, place),
    ...tracingProblems(tracing, place),
    ...(protocol === 'tcp' && typeof tracing === 'object'
      ? [{ kind: 'needs-requests', path: [...path, 'tracing'] } as const]
      : []),
  ];
};

const needsRequests = (options: AmbassadorOptions, { path }: PresetPlace): readonly ConfigProblem[] =>
  findHttpNeeds(options).map((fields) => ({ kind: 'needs-requests', path: [...path, ...fields] }));
