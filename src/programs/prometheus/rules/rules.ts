import { labelsText } from '../store/labels.ts';
import type { Store } from '../store/store.ts';
import { summaryOf } from './alert-request.ts';
import type { Alert, AlertChange } from './alert-states.ts';
import type { Rule } from './rule.ts';
import { RunningRule } from './running-rule.ts';

/** The rules of the options, evaluated one after the other. */
export class Rules {
  readonly #onChange: (change: AlertChange) => void;
  readonly #say: (line: string) => void;
  #rules: readonly RunningRule[] = [];

  constructor(onChange: (change: AlertChange) => void, say: (line: string) => void) {
    this.#onChange = onChange;
    this.#say = say;
  }

  get all(): readonly RunningRule[] {
    return this.#rules;
  }

  get firing(): readonly Alert[] {
    return this.#rules.flatMap(({ alerts }) => alerts.filter(({ state }) => state === 'firing'));
  }

  /** Takes over other rules. One that stays as it is goes on. Throws, and changes nothing, if one cannot be read. */
  apply(rules: readonly Rule[], store: Store, now: number): void {
    const next = rules.map((rule) => this.#rules.find((known) => isSame(known.rule, rule)) ?? newRule(rule));
    for (const rule of this.#rules) if (!next.includes(rule)) rule.end(store, now);
    this.#rules = next;
  }

  evaluate(store: Store, now: number): void {
    for (const rule of this.#rules) {
      const before = rule.lastError;
      for (const change of rule.evaluate(store, now)) this.#onChange(change);
      if (rule.lastError !== '' && rule.lastError !== before)
        this.#say(`the rule ${rule.rule.name} cannot be evaluated: ${rule.lastError}`);
    }
  }
}

const newRule = (rule: Rule): RunningRule => {
  try {
    return new RunningRule(rule);
  } catch (error) {
    throw new Error(`the rule ${rule.name} cannot be read: ${(error as Error).message}`);
  }
};

const isSame = (one: Rule, other: Rule): boolean => JSON.stringify(one) === JSON.stringify(other);

/** `the alert Slow fires for {job="web"}: web takes 3 s`. */
export const changeText = ({ alert: { labels, annotations }, is }: AlertChange): string => {
  const name = labels.get('alertname') ?? '';
  const others = new Map([...labels].filter(([label]) => label !== 'alertname'));
  const of = others.size === 0 ? '' : ` for ${labelsText(others)}`;
  const said = summaryOf(annotations);
  const why = said === '' || is === 'over' ? '' : `: ${said}`;
  return is === 'over' ? `the alert ${name}${of} is over` : `the alert ${name} fires${of}${why}`;
};
