import type { HeaderMatch, RouteMatch } from '../../config/traffic.ts';
import type { MatchOptions, PathMatch, ValueMatch } from '../../programs/proxy/options.ts';

export const fillMatch = ({ path, headers = [], queryParams = [], method }: RouteMatch): MatchOptions => ({
  path: path === undefined ? null : fillPath(path),
  headers: headers.map(fillValueMatch),
  queryParams: queryParams.map(fillValueMatch),
  method: method?.toUpperCase() ?? null,
});

const fillPath = (path: NonNullable<RouteMatch['path']>): PathMatch =>
  typeof path === 'string'
    ? { type: 'PathPrefix', value: path }
    : { type: path.type ?? 'PathPrefix', value: path.value };

/** Without a value, it has to be there. */
export const fillValueMatch = ({ name, value, type }: HeaderMatch): ValueMatch => ({
  name,
  type: type ?? (value === undefined ? 'Present' : 'Exact'),
  value: value ?? '',
});
