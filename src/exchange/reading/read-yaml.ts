import {
  boolYaml11Tag,
  CORE_SCHEMA,
  defineScalarTag,
  intCoreTag,
  load,
  loadAll,
  mergeTag,
  NOT_RESOLVED,
  type Schema,
} from 'js-yaml';
import { withIndentedFlows } from '../../config/load/indented-flows.ts';

/** Compose files depend on merge keys (`<<: *defaults`), which YAML 1.2 no longer has by itself. */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

/**
 * Reads a document as data; undefined for an empty one.
 *
 * @throws {import('js-yaml').YAMLException}
 */
export const readYaml = (text: string, schema: Schema = SCHEMA): unknown =>
  EMPTY.test(text) ? undefined : withIndentedFlows(text, (indented) => load(indented, { schema }));

/** Tools of Kubernetes read YAML 1.1: `0644` is octal, and `yes` is true. */
const GO_SCHEMA = CORE_SCHEMA.withTags(
  mergeTag,
  boolYaml11Tag,
  defineScalarTag('tag:yaml.org,2002:int', {
    ...intCoreTag,
    resolve: (source, isExplicit, tagName) =>
      /^[-+]?0[0-7]+$/.test(source)
        ? Number.parseInt(source, 8)
        : (intCoreTag.resolve?.(source, isExplicit, tagName) ?? NOT_RESOLVED),
  }),
);

/**
 * Reads all documents of a file of Kubernetes, without the empty ones.
 *
 * @throws {import('js-yaml').YAMLException}
 */
export const readYamlDocuments = (text: string): readonly unknown[] =>
  withIndentedFlows(text, (indented) => loadAll(indented, { schema: GO_SCHEMA })).filter(
    (document) => document !== undefined && document !== null,
  );

const EMPTY = /^(?:\s*(?:#.*|---)?(?:\n|$))*$/;

export type Data = Readonly<Record<string, unknown>>;

// These read files of other tools: a value of the wrong type counts as absent, and the resulting config is checked.

export const record = (value: unknown): Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : {};

export const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

export const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;

export const number = (value: unknown): number | undefined => {
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : undefined;
};
