import { type ConfigSymbol, SymbolicNumber, SymbolicPattern, SymbolicText } from './symbols.ts';

/** Puts values in the place of all symbols in a piece of data. */
export const fillSymbols = (value: unknown, valueFor: (symbol: ConfigSymbol) => string): unknown => {
  const text = ({ parts }: SymbolicText): string =>
    parts.map((part) => (typeof part === 'string' ? part : valueFor(part))).join('');
  const fill = (inner: unknown): unknown => {
    if (inner instanceof SymbolicText) return text(inner);
    if (inner instanceof SymbolicNumber) return Number(valueFor(inner.symbol));
    if (inner instanceof SymbolicPattern) return new RegExp(text(inner.source), inner.flags);
    return mapInside(inner, fill);
  };
  return fill(value);
};

/** A copy of maps, lists and objects with other values in them. Everything else stays as it is. */
const mapInside = (value: unknown, map: (inner: unknown) => unknown): unknown => {
  if (value instanceof Map) return new Map([...value].map(([key, inner]) => [key, map(inner)]));
  if (Array.isArray(value)) return value.map(map);
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, map(inner)]));
};

/** Puts other texts in the place of all that have symbols in a piece of data. */
export const mapTexts = (value: unknown, map: (text: SymbolicText) => SymbolicText): unknown => {
  const look = (inner: unknown): unknown => {
    if (inner instanceof SymbolicText) return map(inner);
    if (inner instanceof SymbolicPattern) return new SymbolicPattern(map(inner.source), inner.flags);
    return inner instanceof SymbolicNumber ? inner : mapInside(inner, look);
  };
  return look(value);
};

/** All symbols in a piece of data. */
export const symbolsIn = (value: unknown): readonly ConfigSymbol[] => {
  const found: ConfigSymbol[] = [];
  const look = (inner: unknown): unknown => {
    if (inner instanceof SymbolicText) found.push(...inner.parts.filter((part) => typeof part !== 'string'));
    else if (inner instanceof SymbolicNumber) found.push(inner.symbol);
    else if (inner instanceof SymbolicPattern) look(inner.source);
    else mapInside(inner, look);
    return inner;
  };
  look(value);
  return found;
};
