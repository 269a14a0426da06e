import type { PresetPlace } from '../../config/expand/preset.ts';
import type { EgressOptions } from '../../config/traffic.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { accessLogProblems } from '../traffic/access-log.ts';
import { baseProblems } from '../traffic/backend-problems.ts';
import { filterProblems } from '../traffic/filter-problems.ts';
import { policyProblems } from '../traffic/find-problems.ts';
import { findTarget } from '../traffic/find-target.ts';
import { findHttpNeeds } from '../traffic/http-needs.ts';
import { upstreamTlsProblems } from '../traffic/tls-problems.ts';
import { tracingProblems } from '../traffic/tracing.ts';
import { isOfBytes, type Upstream, upstreamsOf } from './upstreams.ts';

/** Finds unknown names, and options that do not go together. */
export const egressProblems = (options: EgressOptions, place: PresetPlace): readonly ConfigProblem[] => {
  const { path } = place;
  const { to, tls, forwardProxy = false, accessLog, tracing, requestMirror } = options;
  return [
    ...(Object.keys(to).length === 0 && !forwardProxy
      ? [{ kind: 'invalid', path: [...path, 'to'], found: to, expected: 'upstreams-by-name' } as const]
      : []),
    ...ownPorts(Object.keys(to), forwardProxy, [...path, 'to']),
    ...upstreamsOf(options, place).flatMap((upstream) => upstreamProblems(upstream, place)),
    ...upstreamTlsProblems(tls, [...path, 'tls'], place),
    ...mirrorProblems(requestMirror, path, place),
    ...policyProblems(options, path),
    ...filterProblems(options, path),
    ...accessLogProblems(accessLog, place),
    ...tracingProblems(tracing, place),
  ];
};

/** Each name is a port, and the sidecar has ports of its own. */
const ownPorts = (
  names: readonly string[],
  forwardProxy: boolean,
  path: FieldPath,
): readonly ConfigProblem[] =>
  names
    .filter((name) => name === 'admin' || (forwardProxy && name === 'proxy'))
    .map((found) => ({ kind: 'invalid', path: [...path, found], found, expected: 'upstream-name' }));

const upstreamProblems = (upstream: Upstream, place: PresetPlace): readonly ConfigProblem[] => {
  const { backends, own, path, policies } = upstream;
  const unknown = backends.flatMap(({ backend, path: at }) => {
    const found = findTarget(backend, place, at);
    return found.ok ? [] : [found.problem];
  });
  if (unknown.length > 0) return unknown;
  return [
    ...baseProblems(backends, place),
    ...(own === null
      ? []
      : [
          ...policyProblems(
            { ...own, ...(policies.timeouts === undefined ? {} : { timeouts: policies.timeouts }) },
            path,
          ),
          ...filterProblems(own, path),
          ...upstreamTlsProblems(own.tls, [...path, 'tls'], place),
          ...mirrorProblems(own.requestMirror, path, place),
          ...(isOfBytes(upstream, place)
            ? findHttpNeeds(own).map(
                (fields) => ({ kind: 'needs-requests', path: [...path, ...fields] }) as const,
              )
            : []),
        ]),
  ];
};

const mirrorProblems = (
  mirror: EgressOptions['requestMirror'],
  path: FieldPath,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  if (mirror === undefined) return [];
  const found = findTarget(mirror.to, place, [...path, 'requestMirror', 'to']);
  return found.ok ? [] : [found.problem];
};
