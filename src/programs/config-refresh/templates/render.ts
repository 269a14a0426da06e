import Mustache from 'mustache';
import { RenderError } from './render-error.ts';

interface Rendering {
  /** True: a key that is missing is an error. */
  readonly isStrict: boolean;
}

/**
 * The text of a template of Mustache. Nothing is escaped as HTML; objects and lists render as JSON. Throws a
 * `RenderError` that names every key that is missing.
 *
 * @example
 * render('color {{flags.color}}', { flags: { color: 'red' } }, { isStrict: true }) // 'color red'
 */
export const render = (
  template: string,
  values: Readonly<Record<string, unknown>>,
  { isStrict }: Rendering,
): string => {
  const writer = new PlainWriter();
  const text = inWords(() => writer.render(template, values));
  const [first, ...others] = writer.missing;
  if (first === undefined || !isStrict) return text;
  const more = others.length === 0 ? '' : `, nor for ${others.join(', ')}`;
  throw new RenderError(`there is no value for ${first}${more}`);
};

const inWords = (call: () => string): string => {
  try {
    return call();
  } catch (error) {
    throw new RenderError(`it is no template of Mustache: ${(error as Error).message}`);
  }
};

/** Mustache passes over what is missing, and escapes for HTML. */
class PlainWriter extends Mustache.Writer {
  readonly #missing = new Set<string>();

  get missing(): readonly string[] {
    return [...this.#missing];
  }

  override escapedValue(token: string[], context: Mustache.Context): string {
    return this.unescapedValue(token, context);
  }

  override unescapedValue([, name = '']: string[], context: Mustache.Context): string {
    const value: unknown = context.lookup(name);
    if (value === undefined) this.#missing.add(name);
    if (value === undefined || value === null) return '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
}
