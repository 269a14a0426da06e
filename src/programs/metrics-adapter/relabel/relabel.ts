import type { Labels } from '../../exposition/sample.ts';

export type RelabelAction =
  | 'replace'
  | 'keep'
  | 'drop'
  | 'hashmod'
  | 'labelmap'
  | 'labeldrop'
  | 'labelkeep'
  | 'lowercase'
  | 'uppercase'
  | 'keepequal'
  | 'dropequal';

/** A rule as Prometheus' `relabel_config` has it, with every default filled in. The name of a metric is `__name__`. */
export interface RelabelRule {
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  readonly targetLabel: string;
  /** It has to match the whole text. */
  readonly regex: string;
  readonly modulus: number;
  /** `$1` and `${1}` are groups of the pattern. */
  readonly replacement: string;
  readonly action: RelabelAction;
}

/** Another set of labels, or null: the series is dropped. */
export type Relabel = (labels: Labels) => Labels | null;

/**
 * Makes one function of rules, which apply one after the other.
 *
 * @example
 * relabelBy([{ ...DEFAULTS, action: 'labeldrop', regex: 'id' }])(new Map([['id', '7'], ['a', 'b']])); // Map { a → b }
 */
export const relabelBy = (rules: readonly RelabelRule[]): Relabel => {
  const steps = rules.map(stepOf);
  return (labels) => {
    let now: Labels | null = labels;
    for (const step of steps) {
      now = step(now);
      if (now === null) return null;
    }
    return now;
  };
};

const stepOf = (rule: RelabelRule): Relabel => {
  const pattern = new RegExp(`^(?:${rule.regex})$`, 's');
  const source = (labels: Labels): string =>
    rule.sourceLabels.map((name) => labels.get(name) ?? '').join(rule.separator);
  const set = (labels: Labels, value: string): Labels => withLabel(labels, rule.targetLabel, value);
  switch (rule.action) {
    case 'keep':
      return (labels) => (pattern.test(source(labels)) ? labels : null);
    case 'drop':
      return (labels) => (pattern.test(source(labels)) ? null : labels);
    case 'keepequal':
      return (labels) => (source(labels) === (labels.get(rule.targetLabel) ?? '') ? labels : null);
    case 'dropequal':
      return (labels) => (source(labels) === (labels.get(rule.targetLabel) ?? '') ? null : labels);
    case 'lowercase':
      return (labels) => set(labels, source(labels).toLowerCase());
    case 'uppercase':
      return (labels) => set(labels, source(labels).toUpperCase());
    case 'hashmod':
      return (labels) => set(labels, String(hashOf(source(labels)) % BigInt(rule.modulus)));
    case 'labeldrop':
      return (labels) => new Map([...labels].filter(([name]) => !pattern.test(name)));
    case 'labelkeep':
      return (labels) => new Map([...labels].filter(([name]) => pattern.test(name)));
    case 'labelmap':
      return (labels) => mapped(labels, pattern, rule.replacement);
    case 'replace':
      return (labels) => {
        const match = pattern.exec(source(labels));
        if (match === null) return labels;
        const target = expanded(rule.targetLabel, match);
        return target === '' ? labels : withLabel(labels, target, expanded(rule.replacement, match));
      };
    default:
      return rule.action satisfies never;
  }
};

/** An empty value is no label. */
const withLabel = (labels: Labels, name: string, value: string): Labels => {
  const next = new Map(labels);
  if (value === '') next.delete(name);
  else next.set(name, value);
  return next;
};

const mapped = (labels: Labels, pattern: RegExp, replacement: string): Labels => {
  const next = new Map(labels);
  for (const [name, value] of labels) {
    const match = pattern.exec(name);
    if (match !== null) next.set(expanded(replacement, match), value);
  }
  return next;
};

/** Of a group that is not there, or took no part, nothing is left, as in Go. */
const expanded = (template: string, match: RegExpExecArray): string =>
  template.replace(
    /\$(?:\$|(\w+)|\{(\w+)\})/g,
    (whole, plain: string | undefined, inBraces: string | undefined) => {
      const group = plain ?? inBraces;
      if (group === undefined) return whole === '$$' ? '$' : whole;
      return (/^\d+$/.test(group) ? match[Number(group)] : match.groups?.[group]) ?? '';
    },
  );

/** The last eight bytes of the MD5, as Prometheus takes them. */
/** Few rules need it, and the library for cryptography takes 1 MiB of memory. */
const hashOf = (text: string): bigint =>
  process.getBuiltinModule('node:crypto').createHash('md5').update(text).digest().readBigUInt64BE(8);
