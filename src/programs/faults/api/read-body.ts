import { badBody } from './api-error.ts';

type Body = Readonly<Record<string, unknown>>;

export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badBody((error as Error).message);
  }
};

export const objectIn = (text: string): Body => recordOf(parseJson(text), 'the body');

export const recordOf = (value: unknown, what: string): Body => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  throw badBody(`${what} is no object`);
};

/** A field that is left out, or null, has no value. */
const fieldOf = <Value>(body: Body, field: string, type: string): Value | undefined => {
  const value = body[field] ?? undefined;
  if (value !== undefined && typeof value !== type) throw badBody(`${field} is no ${type}`);
  return value as Value | undefined;
};

export const textIn = (body: Body, field: string): string | undefined => fieldOf(body, field, 'string');
export const flagIn = (body: Body, field: string): boolean | undefined => fieldOf(body, field, 'boolean');
export const numberIn = (body: Body, field: string): number | undefined => fieldOf(body, field, 'number');
