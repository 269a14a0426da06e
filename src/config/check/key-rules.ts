import { DASHBOARD_KEYS, type DashboardKey } from '../../model/dashboard-keys.ts';
import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import { DASHBOARD_ACTIONS } from '../dashboard.ts';
import type { DashboardAction, PodConfig, UiConfig } from '../types.ts';

type GivenKeys = NonNullable<UiConfig['keys']>;

/** One key that would trigger two actions in one place of the dashboard. The keys of `action` are given. */
export interface KeyClash {
  readonly key: string;
  readonly action: DashboardAction;
  readonly other: DashboardAction;
}

export const findKeyProblems = ({ ui }: PodConfig): readonly ConfigProblem[] =>
  findKeyClashes(ui?.keys ?? {}).map(({ key, action, other }) => ({
    kind: 'key-taken',
    path: ['ui', 'keys', action],
    key,
    by: other,
  }));

export const findKeyClashes = (given: GivenKeys): readonly KeyClash[] =>
  DASHBOARD_ACTIONS.filter((action) => given[action] !== undefined).flatMap((action, at, remapped) => {
    // If two actions get the same key, the second one is reported.
    const others = DASHBOARD_ACTIONS.filter((other) => !remapped.slice(at).includes(other));
    return others.flatMap((other) => clashes(action, other, given));
  });

const clashes = (action: DashboardAction, other: DashboardAction, given: GivenKeys): readonly KeyClash[] => {
  const { places }: DashboardKey = DASHBOARD_KEYS[other];
  if (!DASHBOARD_KEYS[action].places.some((place) => places.includes(place))) return [];
  const taken = new Set(keysOf(other, given));
  return [...new Set(keysOf(action, given))]
    .filter((key) => taken.has(key))
    .map((key) => ({ key, action, other }));
};

const keysOf = (action: DashboardAction, given: GivenKeys): readonly string[] => {
  const keys = given[action] ?? DASHBOARD_KEYS[action].keys;
  return typeof keys === 'string' ? [keys] : keys;
};
