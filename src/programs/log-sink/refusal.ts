/** What was sent is not taken. The message names the field and says what is wrong with it. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What was sent has the wrong shape. */
export const malformed = (where: string, expected: string): Refusal =>
  new Refusal(400, `${where} is not ${expected}.`);

export const recordAt = (value: unknown, where: string): Readonly<Record<string, unknown>> => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw malformed(where, 'an object');
};

export const listAt = (value: unknown, where: string): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  throw malformed(where, 'a list');
};

export const textAt = (value: unknown, where: string): string => {
  if (typeof value === 'string') return value;
  throw malformed(where, 'a string');
};

export const parseJson = (text: string, where: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal(400, `${where} is not JSON: ${(error as Error).message}.`);
  }
};
