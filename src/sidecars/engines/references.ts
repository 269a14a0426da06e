/**
 * Options have references that are filled in when the file is written: `${ports.web.http}`. To the languages of the
 * engines a `$` or a `{` means something else, so a reference is carried through them between these two characters,
 * which are nobody's: Unicode keeps them for private use.
 */
const FROM = '\ue000';
const TO = '\ue001';

const REFERENCE = /\$\$\{|\$\{((?:ports|volumes|files|env|app)\.[^}]*)\}/g;
const CARRIED = /\ue000([^\ue001]*)\ue001/g;

/** A reference in a text that an engine reads. */
export const reference = (name: string): string => `${FROM}${name}${TO}`;

/** Options in which every text is what the engine is to see, with references carried. */
export const carryReferences = <Value>(value: Value): Value => mapTexts(value, carried);

/** What an engine reads as JSON, with its references as a config has them. */
export const restoreAll = <Value>(value: Value): Value => mapTexts(value, restoreReferences);

const mapTexts = <Value>(value: Value, map: (text: string) => string): Value => {
  if (typeof value === 'string') return map(value) as Value;
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, map)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, mapTexts(field, map)]);
  return Object.fromEntries(entries) as Value;
};

const carried = (text: string): string =>
  text.replace(REFERENCE, (_, name: string | undefined) => (name === undefined ? '${' : reference(name)));

/** The text of a file with its references as a config has them, in which every other `${` stands for itself. */
export const restoreReferences = (text: string): string =>
  text.replaceAll('${', () => '$${').replace(CARRIED, (_, name: string) => `\${${name}}`);

/** Calls a function for each part of a text that is no reference. */
export const aroundReferences = (text: string, change: (part: string) => string): string =>
  text
    .split(/(\ue000[^\ue001]*\ue001)/)
    .map((part) => (part.startsWith(FROM) ? part : change(part)))
    .join('');
