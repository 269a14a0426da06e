import type { KeyValue } from '../../otlp/messages.ts';

/** Attributes of a span, in the order in which they are added. What is `null` or `''` is not there. */
export class Attributes {
  readonly all: KeyValue[] = [];

  text(key: string, value: string | null): this {
    if (value !== null && value !== '') this.all.push({ key, value: { stringValue: value } });
    return this;
  }

  number(key: string, value: number | null): this {
    if (value !== null) this.all.push({ key, value: { intValue: value } });
    return this;
  }

  texts(key: string, values: readonly string[]): this {
    if (values.length > 0)
      this.all.push({
        key,
        value: { arrayValue: { values: values.map((stringValue) => ({ stringValue })) } },
      });
    return this;
  }
}
