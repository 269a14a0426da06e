import type { PresetPlace } from '../../config/expand/preset.ts';
import type { PrometheusOptions, PrometheusRule } from '../../config/prometheus.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { Rule } from '../../programs/prometheus/rules/rule.ts';
import { milliseconds } from '../traffic/time.ts';

export const filledRule = (rule: PrometheusRule): Rule => {
  const { expr, labels = {} } = rule;
  return 'record' in rule
    ? { kind: 'record', name: rule.record, expr, labels }
    : {
        ...{ kind: 'alert', name: rule.alert, expr, labels },
        ...{ for: milliseconds(rule.for, 0), annotations: rule.annotations ?? {} },
      };
};

/** A file of rules, as Prometheus reads it. */
export const rulesFile = (name: string, rules: readonly Rule[]): Readonly<Record<string, unknown>> => ({
  groups: [{ name, rules: rules.map(writtenRule) }],
});

const writtenRule = (rule: Rule): object => {
  const { name, expr, labels } = rule;
  return rule.kind === 'record'
    ? { record: name, expr, labels }
    : { alert: name, expr, for: `${rule.for}ms`, labels, annotations: rule.annotations };
};

/** Finds what only alerts have, and templates that the embedded engine does not. */
export const rulesProblems = (
  { rules = [] }: PrometheusOptions,
  place: PresetPlace,
): readonly ConfigProblem[] =>
  rules.flatMap((rule, at) => {
    const path = [...place.path, 'rules', at];
    if ('record' in rule)
      return (['for', 'annotations'] as const)
        .filter((field) => field in rule)
        .map((field) => ({ kind: 'needs', path: [...path, field], needs: 'alert' }) as const);
    const texts = { labels: rule.labels ?? {}, annotations: rule.annotations ?? {} };
    return place.engine !== 'embedded'
      ? []
      : Object.entries(texts).flatMap(([field, of]) =>
          Object.entries(of).flatMap(([name, text]) => templateProblem(text, [...path, field, name])),
        );
  });

/** What the program fills in. */
const KNOWN = /\{\{\s*\$(?:labels\.\w+|value)\s*\}\}/g;

const templateProblem = (text: string, path: FieldPath): readonly ConfigProblem[] =>
  text.replace(KNOWN, '').includes('{{')
    ? [{ kind: 'invalid', path, found: text, expected: 'alert-text' }]
    : [];
