import type { Variables } from '../../../model/env-file.ts';
import type { FieldPath } from '../../../model/failures/config-problem.ts';
import type { Losses } from '../../form/losses.ts';
import type { Source } from '../../format.ts';
import type { Data } from '../../reading/read-yaml.ts';
import type { Problems } from './problems.ts';

/** What everything about a project's services needs to know. */
export interface Context {
  readonly source: Source;
  /** Name of the project. */
  readonly project: string;
  readonly variables: Variables;
  readonly services: ReadonlyMap<string, Data>;
  /** Names of the services that start: those without profiles, and those of an active one. */
  readonly active: ReadonlySet<string>;
  /** Fields of the whole project. */
  readonly whole: Data;
  readonly losses: Losses;
  readonly problems: Problems;
}

/** Reports what is wrong with a service. For one that does not start, Compose lets it pass. */
export const reportProblem = (
  { problems, losses, active }: Context,
  service: string,
  field: string | FieldPath,
  why: string,
): void => {
  const path = typeof field === 'string' ? [field] : field;
  if (active.has(service)) problems.add(['services', service, ...path], why);
  else losses.of(service)(why, path.join('.') || undefined);
};
