import { nearest } from '../../../model/nearest.ts';
import { type Data, record, text } from '../../reading/read-yaml.ts';
import { KUBERNETES_FIELDS } from './kubernetes-fields.ts';

/** Something that an API server would refuse. */
export interface Mistake {
  /** Where in its document: `spec.containers[0].image`. */
  readonly at: string;
  readonly why: string;
}

/** What is no field, or has no value of its type. Those of kinds that nothing here reads are not looked at. */
export interface FieldMistakes {
  readonly wrong: readonly Mistake[];
  /** Fields that Kubernetes 1.34 does not have, and that are no misspelled ones: a later version may have them. */
  readonly unknown: readonly string[];
}

/**
 * Compares a document with the fields that its kind has, as an API server does.
 *
 * @example
 * fieldMistakes({ kind: 'Pod', spec: { contianers: [] } }).wrong
 * // [{ at: 'spec.contianers', why: 'there is no such field; the nearest one is containers' }]
 */
export const fieldMistakes = (document: Data): FieldMistakes => {
  const wrong: Mistake[] = [];
  const unknown: string[] = [];
  look(document, text(document['kind']) ?? '', '', { wrong, unknown });
  return { wrong, unknown };
};

interface Found {
  readonly wrong: Mistake[];
  readonly unknown: string[];
}

const look = (value: unknown, type: string, at: string, found: Found): void => {
  if (value === undefined || value === null || type === 'any') return;
  if (type.endsWith('[]')) return lookAtItems(value, type.slice(0, -2), at, found);
  const [, each] = /^\{(.*)\}$/.exec(type) ?? [];
  if (each !== undefined) return lookAtEntries(value, () => each, at, found);
  const fields = fieldsOf(type);
  if (fields === undefined) return lookAtScalar(value, type, at, found);
  lookAtEntries(value, (name) => fields.get(name) ?? null, at, found, fields);
};

const lookAtItems = (value: unknown, type: string, at: string, found: Found): void => {
  if (!Array.isArray(value)) {
    found.wrong.push({ at, why: 'it must be a list' });
    return;
  }
  for (const [index, item] of value.entries()) look(item, type, `${at}[${index}]`, found);
};

const lookAtEntries = (
  value: unknown,
  typeOf: (name: string) => string | null,
  at: string,
  found: Found,
  known: ReadonlyMap<string, string> = new Map(),
): void => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    found.wrong.push({ at, why: 'it must be a map' });
    return;
  }
  for (const [name, entry] of Object.entries(record(value))) {
    const [type, path] = [typeOf(name), at === '' ? name : `${at}.${name}`];
    if (type === null) reportUnknown(name, path, known, found);
    else look(entry, type, path, found);
  }
};

const reportUnknown = (
  name: string,
  at: string,
  known: ReadonlyMap<string, string>,
  { wrong, unknown }: Found,
): void => {
  const near = nearest(name, known.keys());
  if (near === null) unknown.push(at);
  else wrong.push({ at, why: `there is no such field; the nearest one is ${near}` });
};

const lookAtScalar = (value: unknown, type: string, at: string, { wrong }: Found): void => {
  const scalar = SCALARS[type];
  if (scalar === undefined || scalar.holds(value)) return;
  const unquoted = typeof value === 'number' ? 'a number' : typeof value === 'boolean' ? 'a boolean' : null;
  const hint =
    type === 'string' && unquoted !== null ? `, and is ${unquoted} in YAML: write it in quotes` : '';
  wrong.push({ at, why: `it must be ${scalar.what}${hint}` });
};

const SCALARS: Readonly<
  Record<string, { readonly what: string; readonly holds: (value: unknown) => boolean }>
> = {
  string: { what: 'a text', holds: (value) => typeof value === 'string' },
  integer: { what: 'a whole number', holds: Number.isInteger },
  boolean: { what: 'true or false', holds: (value) => typeof value === 'boolean' },
  port: { what: 'a number or a name', holds: (value) => ['string', 'number'].includes(typeof value) },
  quantity: { what: "a quantity, such as '500m'", holds: (value) => isQuantity(value) },
};

const isQuantity = (value: unknown): boolean =>
  /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/.test(text(value) ?? '');

/** Types by field; undefined for what is no type with fields. */
const fieldsOf = (type: string): ReadonlyMap<string, string> | undefined => {
  const written = Object.hasOwn(KUBERNETES_FIELDS, type) ? KUBERNETES_FIELDS[type] : undefined;
  if (written === undefined) return undefined;
  return new Map(
    written.split(' ').map((field) => {
      const [name = '', of = 'string'] = field.split(':');
      return [name, of];
    }),
  );
};
