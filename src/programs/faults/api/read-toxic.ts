import { ATTRIBUTES, type Direction, isToxicType, type Toxic, type ToxicType } from '../toxics/toxic.ts';
import { badBody, invalidStream, invalidType } from './api-error.ts';
import { numberIn, recordOf, textIn } from './read-body.ts';

type Body = Readonly<Record<string, unknown>>;

/** A toxic with everything that the body leaves out. */
export const readToxic = (body: Body): Toxic => {
  const stream = directionOf(textIn(body, 'stream') ?? 'downstream');
  const { type } = body;
  if (!isToxicType(type)) throw invalidType();
  return {
    name: textIn(body, 'name') || `${type}_${stream}`,
    type,
    stream,
    toxicity: numberIn(body, 'toxicity') ?? 1,
    attributes: attributesIn(body, type, {}),
  };
};

/** The toxic with what the body changes: its attributes, and its toxicity. */
export const changedToxic = (toxic: Toxic, body: Body): Toxic => ({
  ...toxic,
  toxicity: numberIn(body, 'toxicity') ?? toxic.toxicity,
  attributes: attributesIn(body, toxic.type, toxic.attributes),
});

const directionOf = (stream: string): Direction => {
  const written = stream.toLowerCase();
  if (written === 'upstream' || written === 'downstream') return written;
  throw invalidStream();
};

/** Attributes that the type does not have are ignored, as by Toxiproxy. */
const attributesIn = (body: Body, type: ToxicType, before: Toxic['attributes']): Toxic['attributes'] => {
  const given = recordOf(body['attributes'] ?? {}, 'attributes');
  return Object.fromEntries(
    ATTRIBUTES[type].map((name) => [name, amountIn(given, name) ?? before[name] ?? 0]),
  );
};

const amountIn = (attributes: Body, name: string): number | undefined => {
  const amount = numberIn(attributes, name);
  if (amount !== undefined && !(Number.isInteger(amount) && amount >= 0))
    throw badBody(`${name} is no whole number from 0`);
  return amount;
};
