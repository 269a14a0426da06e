import { evaluate } from '../query/evaluate.ts';
import { type Expression, type Selector, typeOf } from '../query/expression.ts';
import { parseQuery } from '../query/parse-query.ts';
import { badData, QueryError } from '../query/query-error.ts';
import type { Steps } from '../query/select.ts';
import type { Rules } from '../rules/rules.ts';
import { alertJson, ruleJson } from '../rules/rules-json.ts';
import type { Target } from '../scrape/target.ts';
import { shownPath } from '../shown-path.ts';
import { compare } from '../store/labels.ts';
import type { Series } from '../store/series.ts';
import type { Store } from '../store/store.ts';
import { queryIn, stepIn, timeIn } from './parameters.ts';
import { instantJson, metricOf, rangeJson, samplesJson } from './result-json.ts';

/** Steps that a query may have, as in Prometheus. */
const MOST_STEPS = 11_000;

/** What the API tells of. */
export interface Told {
  readonly store: Store;
  readonly targets: readonly Target[];
  readonly interval: number;
  readonly name: string;
  /** Null: there are none. */
  readonly rules: Rules | null;
  readonly version: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly json: object;
}

/** Answers a request of Prometheus' HTTP API, version 1. `now`: milliseconds. */
export const prometheusApi = (
  path: string,
  parameters: URLSearchParams,
  told: Told,
  now: number,
): ApiAnswer => {
  try {
    const data = dataOf(path, parameters, told, now);
    return data === null ? notFound(path) : { status: 200, json: { status: 'success', data } };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const { type: errorType, message } = error;
    return {
      status: errorType === 'bad_data' ? 400 : 422,
      json: { status: 'error', errorType, error: message },
    };
  }
};

const notFound = (path: string): ApiAnswer => ({
  status: 404,
  json: {
    ...{ status: 'error', errorType: 'not_found' },
    error: `the embedded engine has no ${path}: it has query, query_range, series, labels, label/NAME/values, targets, rules, alerts and status/buildinfo`,
  },
});

const LABEL_VALUES = /^\/api\/v1\/label\/([^/]+)\/values$/;

const dataOf = (path: string, parameters: URLSearchParams, told: Told, now: number): object | null => {
  switch (path) {
    case '/api/v1/query':
      return instant(parameters, told.store, now);
    case '/api/v1/query_range':
      return range(parameters, told.store);
    case '/api/v1/series':
      return selected(needMatchers(parameters), told.store, now).map(({ labels }) => metricOf(labels));
    case '/api/v1/labels':
      return sortedSet(selected(parameters, told.store, now).flatMap(({ labels }) => [...labels.keys()]));
    case '/api/v1/targets':
      return {
        activeTargets: told.targets.map((each) => targetJson(each, told.interval)),
        droppedTargets: [],
      };
    case '/api/v1/rules':
      return { groups: rulesGroups(told) };
    case '/api/v1/alerts':
      return { alerts: (told.rules?.all ?? []).flatMap(({ alerts }) => alerts.map(alertJson)) };
    case '/api/v1/status/buildinfo':
      return {
        version: told.version,
        revision: '',
        branch: '',
        buildUser: 'sidecarctl',
        buildDate: '',
        goVersion: '',
      };
    default: {
      const [, label] = LABEL_VALUES.exec(path) ?? [];
      return label === undefined ? null : valuesOf(decoded(label), selected(parameters, told.store, now));
    }
  }
};

const instant = (parameters: URLSearchParams, store: Store, now: number): object => {
  const expression = parseQuery(queryIn(parameters));
  const start = timeIn(parameters, 'time', now);
  if (expression.kind === 'selector' && expression.range !== null)
    return samplesJson(store.select(expression.matchers), expression, start);
  const steps = { start, step: 1, count: 1 };
  return instantJson(evaluate(expression, store, steps), steps, isTopk(expression));
};

/** The order of its answer is the highest first. */
const isTopk = (expression: Expression): boolean =>
  expression.kind === 'aggregation' && expression.operation === 'topk';

const range = (parameters: URLSearchParams, store: Store): object => {
  const expression = parseQuery(queryIn(parameters));
  const steps = stepsOf(parameters);
  const type = typeOf(expression);
  if (type === 'range vector')
    throw badData('a query over a range takes a number or a vector, and this is a range vector');
  return rangeJson(evaluate(expression, store, steps), steps);
};

const stepsOf = (parameters: URLSearchParams): Steps => {
  const [start, end] = [timeIn(parameters, 'start', null), timeIn(parameters, 'end', null)];
  const step = stepIn(parameters);
  if (end < start) throw badData('the end is before the start');
  const count = Math.floor((end - start) / step) + 1;
  if (count > MOST_STEPS)
    throw badData(`a query has at most ${MOST_STEPS} steps, and this has ${count}: ask for a longer step`);
  return { start, step, count };
};

const needMatchers = (parameters: URLSearchParams): URLSearchParams => {
  if (parameters.getAll('match[]').length === 0) throw badData('the parameter match[] is missing');
  return parameters;
};

/** Series that match one of the selectors, or all, with samples between start and end. */
const selected = (parameters: URLSearchParams, store: Store, now: number): readonly Series[] => {
  const selectors = parameters.getAll('match[]').map(selectorIn);
  const from = timeIn(parameters, 'start', 0);
  const to = timeIn(parameters, 'end', now);
  const found =
    selectors.length === 0 ? store.select([]) : selectors.flatMap(({ matchers }) => store.select(matchers));
  return [...new Set(found)]
    .filter((series) => series.end >= from && series.between(from, to).length > 0)
    .toSorted((a, b) => compare(a.key, b.key));
};

const selectorIn = (text: string): Selector => {
  const expression = parseQuery(text);
  if (expression.kind === 'selector' && expression.range === null) return expression;
  throw badData(`match[] takes a selector such as up{job="web"}, and not '${text}'`);
};

const valuesOf = (label: string, series: readonly Series[]): readonly string[] =>
  sortedSet(series.flatMap(({ labels }) => labels.get(label) ?? []));

const sortedSet = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort(compare);

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badData(`'${text}' is no name of a label`);
  }
};

/** All rules are one group: they are evaluated in their order. */
const rulesGroups = ({ rules, name, interval }: Told): readonly object[] =>
  rules === null || rules.all.length === 0
    ? []
    : [{ name, file: '', interval: interval / 1_000, rules: rules.all.map(ruleJson) }];

const targetJson = ({ target, state }: Target, interval: number): object => ({
  discoveredLabels: {
    __address__: target.address,
    __metrics_path__: shownPath(target.path),
    job: target.job,
  },
  labels: { instance: target.address, job: target.job },
  scrapePool: target.job,
  scrapeUrl: `http://${target.address}${shownPath(target.path)}`,
  globalUrl: `http://${target.address}${shownPath(target.path)}`,
  lastError: state.lastError,
  lastScrape: new Date(state.lastScrape ?? 0).toISOString(),
  lastScrapeDuration: state.lastDuration,
  health: state.health,
  scrapeInterval: `${interval / 1000}s`,
  scrapeTimeout: `${Math.min(interval, 10_000) / 1000}s`,
});
