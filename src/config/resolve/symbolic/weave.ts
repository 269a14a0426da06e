import { deepEqual } from '../../../model/deep-equal.ts';
import type { StandIns } from './stand-ins.ts';
import { type ConfigSymbol, SymbolicNumber, SymbolicPattern, SymbolicText } from './symbols.ts';

export interface Weaving {
  readonly standIns: StandIns;
  /** Absolute: it becomes a symbol, too. */
  readonly folder: string;
}

/** Two samples differ in a way that no symbol explains. */
export class Unexplained extends Error {}

/** One piece of symbolic data from the same data in the first two samples. */
export const weave = (first: unknown, second: unknown, weaving: Weaving): unknown => {
  if (typeof first === 'string' && typeof second === 'string') return weaveText(first, second, weaving);
  if (first instanceof RegExp && second instanceof RegExp) return weavePattern(first, second, weaving);
  if (first instanceof Map && second instanceof Map)
    return new Map(entriesOf([...first], [...second], weaving) as Iterable<[unknown, unknown]>);
  if (Array.isArray(first) && Array.isArray(second)) return weaveList(first, second, weaving);
  if (isRecord(first) && isRecord(second))
    return Object.fromEntries(entriesOf(Object.entries(first), Object.entries(second), weaving));
  if (Object.is(first, second)) return first;
  const standIn = weaving.standIns.ofValue(first);
  if (typeof first === 'number' && standIn?.values[1] === `${second}`)
    return new SymbolicNumber(standIn.symbol);
  throw new Unexplained();
};

type Entries<Key> = readonly (readonly [Key, unknown])[];

const entriesOf = <Key>(first: Entries<Key>, second: Entries<Key>, weaving: Weaving): Entries<Key> => {
  if (
    !deepEqual(
      first.map(([key]) => key),
      second.map(([key]) => key),
    )
  )
    throw new Unexplained();
  return first.map(([key, value], index) => [key, weave(value, second[index]?.[1], weaving)]);
};

const weaveList = (first: readonly unknown[], second: readonly unknown[], weaving: Weaving): unknown[] => {
  if (first.length !== second.length) throw new Unexplained();
  return first.map((value, index) => weave(value, second[index], weaving));
};

const weavePattern = (first: RegExp, second: RegExp, weaving: Weaving): RegExp | SymbolicPattern => {
  const source = weaveText(first.source, second.source, weaving);
  if (first.flags !== second.flags) throw new Unexplained();
  return typeof source === 'string' ? first : new SymbolicPattern(source, first.flags);
};

/** Reads both texts side by side: at each place both have the stand-ins of one symbol, or the same character. */
const weaveText = (first: string, second: string, weaving: Weaving): string | SymbolicText => {
  const parts: (string | ConfigSymbol)[] = [];
  let literal = '';
  let [at, other] = [0, 0];
  while (at < first.length || other < second.length) {
    const found = symbolAt(first, at, second, other, weaving);
    if (found === null) {
      if (first[at] !== second[other]) throw new Unexplained();
      literal += first[at];
      at += 1;
      other += 1;
    } else {
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(found.symbol);
      at += found.lengths[0];
      other += found.lengths[1];
    }
  }
  if (parts.length === 0) return literal;
  return new SymbolicText(literal === '' ? parts : [...parts, literal]);
};

interface Found {
  readonly symbol: ConfigSymbol;
  readonly lengths: readonly [number, number];
}

const symbolAt = (
  first: string,
  at: number,
  second: string,
  other: number,
  { standIns, folder }: Weaving,
): Found | null => {
  if (startsWithFolder(first, at, folder) && startsWithFolder(second, other, folder))
    return { symbol: { is: 'folder' }, lengths: [folder.length, folder.length] };
  const standIn = standIns.at(first, at);
  if (standIn === undefined || !second.startsWith(standIn.values[1], other)) return null;
  return { symbol: standIn.symbol, lengths: [standIn.values[0].length, standIn.values[1].length] };
};

/** The root of the file system is no folder to be relative to. */
const startsWithFolder = (text: string, at: number, folder: string): boolean =>
  folder.length > 1 &&
  text.startsWith(folder, at) &&
  !isPartOfName(text[at - 1]) &&
  !isPartOfName(text[at + folder.length]);

const isPartOfName = (character: string | undefined): boolean =>
  character !== undefined && /[\w.~-]/.test(character);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
