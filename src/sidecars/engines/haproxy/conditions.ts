import type { MatchOptions, PathMatch, RouteOptions, ValueMatch } from '../../../programs/proxy/options.ts';
import { prefixExpression, withoutSlash } from '../expressions.ts';
import { quoted } from './quote.ts';

/** The conditions of a route, any of which is enough, each as HAProxy's anonymous ACLs; `''`: every request. */
export const conditionsOf = ({ matches }: RouteOptions): readonly string[] => {
  const all = matches.map(conditionOf);
  return all.length === 0 || all.includes('') ? [''] : all;
};

const conditionOf = ({ path, headers, queryParams, method }: MatchOptions): string =>
  [
    ...(path === null ? [] : pathTests(path)),
    ...(method === null ? [] : [`method ${quoted(method)}`]),
    // The whole value: `hdr` would split it at commas.
    ...headers.map((match) => valueTest(`req.fhdr(${match.name})`, match)),
    ...queryParams.map((match) => valueTest(`url_param(${match.name}),url_dec(1)`, match)),
  ]
    .map((test) => `{ ${test} }`)
    .join(' ');

const pathTests = ({ type, value }: PathMatch): readonly string[] => {
  switch (type) {
    case 'Exact':
      return [`path -m str ${quoted(value)}`];
    case 'PathPrefix':
      return withoutSlash(value) === '' ? [] : [`path -m reg ${quoted(prefixExpression(value))}`];
    case 'RegularExpression':
      return [`path -m reg ${quoted(`^(?:${value})$`)}`];
  }
};

const valueTest = (fetch: string, { type, value }: ValueMatch): string => {
  switch (type) {
    case 'Exact':
      return `${fetch} -m str -- ${quoted(value)}`;
    case 'Present':
      return `${fetch} -m found`;
    case 'RegularExpression':
      return `${fetch} -m reg -- ${quoted(`^(?:${value})$`)}`;
  }
};

/** ` if …` with all conditions that are not empty. */
export const onlyIf = (...conditions: readonly string[]): string => {
  const all = conditions.filter((condition) => condition !== '');
  return all.length === 0 ? '' : ` if ${all.join(' ')}`;
};
