/** The numbers of a version: `7.0.15` is `[7, 0, 15]`. */
type Version = readonly number[];

/** A comparison that a version must satisfy. */
interface Comparator {
  readonly operator: string;
  readonly version: Version;
}

const COMPARATOR = /^(>=|<=|>|<|=|\^|~)?v?(\d{1,9}(?:\.\d{1,9}){0,3})$/;

/**
 * Tells whether a text is a version range: `*`, or comparators as semver has them, such as `>=7 <8`, `^7.2`, `~7.2` and
 * `7`, with `||` between alternatives.
 */
export const isVersionRange = (range: string): boolean => range === '*' || alternativesOf(range) !== null;

/**
 * Tells whether a version is in a range, by its numbers alone. A range that is none has no version in it.
 *
 * @example isInRange('7.0.15', '>=7 <8') // true
 */
export const isInRange = (version: string, range: string): boolean => {
  if (range === '*') return true;
  const numbers = numbersOf(version);
  return (alternativesOf(range) ?? []).some((all) => all.every((one) => satisfies(numbers, one)));
};

/** Finds the version in what a program prints: the first dotted number, else the first number. */
export const versionIn = (output: string): string | null =>
  /(?<![\d.])\d+(?:\.\d+)+/.exec(output)?.[0] ?? /(?<![\w.])v?(\d+)(?![\w.])/.exec(output)?.[1] ?? null;

/** Null: one of its comparators is none. */
const alternativesOf = (range: string): readonly (readonly Comparator[])[] | null => {
  const alternatives = range.split('||').map(comparatorsIn);
  const sound = alternatives.filter((all) => all !== null);
  return sound.length === alternatives.length ? sound : null;
};

const comparatorsIn = (text: string): readonly Comparator[] | null => {
  const joined = text.trim().replaceAll(/([<>=^~]) +/g, '$1');
  const comparators = joined.split(/\s+/).map(comparatorOf);
  const sound = comparators.filter((one) => one !== null);
  return sound.length === comparators.length ? sound : null;
};

const comparatorOf = (word: string): Comparator | null => {
  const [, operator = '=', version] = COMPARATOR.exec(word) ?? [];
  return version === undefined ? null : { operator, version: numbersOf(version) };
};

const numbersOf = (version: string): Version => version.split('.').map(Number);

const satisfies = (version: Version, { operator, version: bound }: Comparator): boolean => {
  const isAtLeast = compare(version, bound) >= 0;
  switch (operator) {
    case '>=':
      return isAtLeast;
    case '<':
      return !isAtLeast;
    case '>':
      return compare(version, next(bound, bound.length - 1)) >= 0;
    case '<=':
      return compare(version, next(bound, bound.length - 1)) < 0;
    case '~':
      return isAtLeast && compare(version, next(bound, Math.min(1, bound.length - 1))) < 0;
    case '^':
      return isAtLeast && compare(version, next(bound, firstNonZero(bound))) < 0;
    default:
      return isAtLeast && compare(version, next(bound, bound.length - 1)) < 0;
  }
};

/** Missing numbers are zero. */
const compare = (one: Version, other: Version): number => {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** The first version after all that agree with this one up to a place. */
const next = (version: Version, place: number): Version =>
  version.slice(0, place + 1).map((number, index) => (index === place ? number + 1 : number));

const firstNonZero = (version: Version): number => {
  const found = version.findIndex((number) => number !== 0);
  return found === -1 ? version.length - 1 : found;
};
