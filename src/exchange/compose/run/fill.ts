import type { Variables } from '../../../model/env-file.ts';
import { fillTemplate } from '../../../model/env-template.ts';
import type { FieldPath } from '../../../model/failures/config-problem.ts';
import { isMap } from '../../reading/merge.ts';
import type { Data } from '../../reading/read-yaml.ts';
import { Replacement } from '../compose-yaml.ts';

export interface Filling {
  readonly variables: Variables;
  /** Gets the name of each variable that is not set and has no default: it is empty then. */
  readonly onUnset: (variable: string) => void;
  readonly onProblem: (field: FieldPath, why: string) => void;
}

/** Fills in the variables of every text, as Compose does: keys are left as they are. */
export const filledDocument = (document: Data, filling: Filling): Data =>
  filled(document, [], filling) as Data;

const filled = (value: unknown, field: FieldPath, filling: Filling): unknown => {
  if (typeof value === 'string') return filledText(value, field, filling);
  if (value instanceof Replacement) return new Replacement(filled(value.value, field, filling));
  if (Array.isArray(value)) return value.map((item, at) => filled(item, [...field, at], filling));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, filled(each, [...field, name], filling)]),
  );
};

const filledText = (text: string, field: FieldPath, { variables, onUnset, onProblem }: Filling): string => {
  const { text: result, unset, error } = fillTemplate(text, (name) => variableOf(variables, name));
  for (const name of unset) onUnset(name);
  if (error?.kind === 'required') {
    const said = error.message === '' ? '' : `: ${error.message}`;
    onProblem(field, `the variable ${error.name} has to be set${said}`);
  } else if (error !== null) {
    onProblem(field, `'${error.text}' is no variable in the form of Compose; $$ is a dollar`);
  }
  return result;
};

/** A variable that has a value; names of a prototype's own have none. */
export const variableOf = (variables: Variables, name: string): string | undefined =>
  Object.hasOwn(variables, name) ? (variables[name] ?? undefined) : undefined;
