import type { FieldPath } from '../../model/failures/config-problem.ts';
import type { Fields, Value } from '../form/found-pod.ts';
import { type Part, plainText, Template, type VariablePart } from '../form/template.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that must be set, and is not. */
export interface UnsetVariable {
  /** Field that needs it. */
  readonly path: FieldPath;
  readonly name: string;
  /** The source's own words, or empty. */
  readonly why: string;
}

/** Replaces variables by their values, at any depth. Ports, volumes and files stay. */
export class VariableFiller {
  readonly unset: UnsetVariable[] = [];
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  fill(value: Value, path: FieldPath): Value {
    if (value instanceof Template) return textOrTemplate(this.#parts(value, path));
    if (Array.isArray(value)) return value.map((item, index) => this.fill(item, [...path, index]));
    if (typeof value !== 'object' || value === null || value instanceof RegExp) return value;
    return Object.fromEntries(
      Object.entries(value as Fields).flatMap(([name, field]) =>
        field === undefined ? [] : [[name, this.fill(field, [...path, name])] as const],
      ),
    );
  }

  #parts({ parts }: Template, path: FieldPath): readonly Part[] {
    return parts.flatMap((part) =>
      typeof part === 'object' && part.kind === 'variable' ? this.#variable(part, path) : [part],
    );
  }

  #variable({ name, operator, word }: VariablePart, path: FieldPath): readonly Part[] {
    const value = Object.hasOwn(this.#env, name) ? this.#env[name] : undefined;
    const isMissing = operator.startsWith(':') ? !value : value === undefined;
    if (operator.endsWith('+')) return isMissing ? [] : this.#parts(word, path);
    if (!isMissing) return [value ?? ''];
    if (operator.endsWith('-')) return this.#parts(word, path);
    if (operator.endsWith('?'))
      this.unset.push({ path, name, why: plainText(new Template(this.#parts(word, path))) ?? '' });
    return [];
  }
}

const textOrTemplate = (parts: readonly Part[]): Value => {
  const template = new Template(parts);
  return plainText(template) ?? template;
};
