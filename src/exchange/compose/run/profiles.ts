import type { Variables } from '../../../model/env-file.ts';
import { type Data, list } from '../../reading/read-yaml.ts';
import { variableOf } from './fill.ts';

/** Names of the services that start: those without profiles, and those with one of `COMPOSE_PROFILES`. */
export const activeServices = (
  services: ReadonlyMap<string, Data>,
  variables: Variables,
): ReadonlySet<string> => {
  const chosen = (variableOf(variables, 'COMPOSE_PROFILES') ?? '').split(',').map((name) => name.trim());
  const isActive = (profiles: readonly string[]): boolean =>
    profiles.length === 0 || chosen.includes('*') || profiles.some((profile) => chosen.includes(profile));
  const active = [...services].filter(([, { profiles }]) => isActive(list(profiles).map(String)));
  return new Set(active.map(([name]) => name));
};
