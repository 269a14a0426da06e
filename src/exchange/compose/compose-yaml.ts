import { CORE_SCHEMA, defineMappingTag, defineScalarTag, defineSequenceTag, mergeTag } from 'js-yaml';
import { readYaml } from '../reading/read-yaml.ts';

/** `!override VALUE` takes the place of a value of an earlier file, and `!reset` takes it away. */
export class Replacement {
  /** Undefined for `!reset`. */
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** @throws {import('js-yaml').YAMLException} */
export const readComposeYaml = (text: string): unknown => readYaml(text, SCHEMA);

const tagged = (tag: string, replacement: (value: unknown) => Replacement) => [
  defineScalarTag<Replacement>(tag, {
    resolve: (source) => replacement(source === '' || source === 'null' ? null : source),
    identify: () => false,
  }),
  defineSequenceTag<unknown[], Replacement>(tag, {
    create: () => [],
    addItem: (items, item) => {
      items.push(item);
    },
    finalize: replacement,
    identify: () => false,
  }),
  defineMappingTag<Map<string, unknown>, Replacement>(tag, {
    create: () => new Map(),
    addPair: (map, key, value) => {
      map.set(String(key), value);
      return '';
    },
    has: (map, key) => map.has(String(key)),
    keys: () => [],
    get: () => undefined,
    finalize: (map) => replacement(Object.fromEntries(map)),
    identify: () => false,
  }),
];

const SCHEMA = CORE_SCHEMA.withTags(
  mergeTag,
  tagged('!reset', () => new Replacement(undefined)),
  tagged('!override', (value) => new Replacement(value)),
);
