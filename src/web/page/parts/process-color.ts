import { OWN_NAME } from '../state/page-line.ts';

const COLORS = 8;

const numbers = new Map<string, number>();

/** The number of a name's color. Names get them in the order in which they are first asked for. */
export const colorNumber = (name: string): number => {
  const number = numbers.get(name) ?? numbers.size % COLORS;
  numbers.set(name, number);
  return number;
};

/** The class of a name's color. */
export const colorClass = (name: string): string => (name === OWN_NAME ? 'muted' : `p${colorNumber(name)}`);
