import type { HeaderChanges, TrafficFilters } from '../../config/traffic.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { headerNameProblems, headerValueProblems, notBoth } from './check.ts';

export const filterProblems = (filters: TrafficFilters, path: FieldPath): readonly ConfigProblem[] => {
  const {
    requestHeaders,
    responseHeaders,
    urlRewrite = {},
    requestRedirect = {},
    faultInjection = {},
  } = filters;
  return [
    ...changeProblems(requestHeaders, [...path, 'requestHeaders']),
    ...changeProblems(responseHeaders, [...path, 'responseHeaders']),
    ...notBoth(urlRewrite, 'prefix', 'path', [...path, 'urlRewrite']),
    ...notBoth(requestRedirect, 'prefix', 'path', [...path, 'requestRedirect']),
    ...abortProblems(faultInjection.abort, [...path, 'faultInjection', 'abort']),
  ];
};

const changeProblems = (
  { set = {}, add = {}, remove = [] }: HeaderChanges = {},
  path: FieldPath,
): readonly ConfigProblem[] => [
  ...Object.entries({ set, add }).flatMap(([field, headers]) =>
    Object.entries(headers).flatMap(([name, value]) => {
      const at = [...path, field, name];
      return [...headerNameProblems(name, at), ...headerValueProblems(value, at)];
    }),
  ),
  ...remove.flatMap((name, index) => headerNameProblems(name, [...path, 'remove', index])),
];

const abortProblems = (
  abort: NonNullable<TrafficFilters['faultInjection']>['abort'],
  path: FieldPath,
): readonly ConfigProblem[] => {
  if (abort === undefined) return [];
  const isSaid = abort.httpStatus !== undefined || abort.grpcStatus !== undefined;
  return isSaid
    ? notBoth(abort, 'grpcStatus', 'httpStatus', path)
    : [{ kind: 'missing', path: [...path, 'httpStatus'], expected: 'final-status' }];
};
