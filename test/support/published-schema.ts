import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { infer as Infer } from 'zod/mini';
import type * as shapes from '../../src/control/output-schemas.ts';

type Shapes = Omit<typeof shapes, 'controlJsonSchema'>;
type Shape = keyof Shapes;

const SCHEMA = new URL('../../dist/control-schema.json', import.meta.url);

// Formats go unread: where one stands, a pattern stands beside it.
const ajv = new Ajv2020({ allErrors: true, validateFormats: false });

let isLoaded = false;

/** What a command has printed, once the JSON Schema that is published for it has nothing against it. */
export const published = <Name extends Shape>(name: Name, value: unknown): Infer<Shapes[Name]> => {
  const validate = validatorOf(name);
  if (!validate(value)) throw new Error(`not as ${name} is published: ${ajv.errorsText(validate.errors)}`);
  return value as Infer<Shapes[Name]>;
};

/** Lines of JSON, each of one of some shapes. */
export const publishedLines = (names: readonly Shape[], text: string): readonly unknown[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const value: unknown = JSON.parse(line);
      const fitting = names.find((name) => validatorOf(name)(value));
      if (fitting === undefined) throw new Error(`none of ${names.join(', ')} is published as: ${line}`);
      return value;
    });

const validatorOf = (name: Shape): ValidateFunction => {
  if (!isLoaded) ajv.addSchema(JSON.parse(readFileSync(SCHEMA, 'utf8')), 'control');
  isLoaded = true;
  const validate = ajv.getSchema(`control#/$defs/${name}`);
  if (validate === undefined) throw new Error(`no shape ${name} is published`);
  return validate;
};
