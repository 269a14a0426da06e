import { fillSymbols, symbolsIn } from './fill-symbols.ts';
import { type ConfigSymbol, SymbolicPattern, SymbolicText } from './symbols.ts';

type ValueFor = (symbol: ConfigSymbol) => string;

/** A result that no fallback of the variable explains. */
export class NoFallback extends Error {}

/**
 * A piece of symbolic data in which a variable has the fallback that the same data without the variable shows.
 *
 * @example
 * // `--level ${env.LEVEL ?? 'info'}` is '--level info' without LEVEL: the variable's fallback is 'info'.
 * withFallback(new SymbolicText(['--level ', LEVEL]), '--level info', 'LEVEL', valueFor)
 */
export const withFallback = (woven: unknown, unset: unknown, name: string, valueFor: ValueFor): unknown => {
  if (woven instanceof SymbolicText && typeof unset === 'string') return inText(woven, unset, name, valueFor);
  if (woven instanceof SymbolicPattern && unset instanceof RegExp && woven.flags === unset.flags)
    return new SymbolicPattern(inText(woven.source, unset.source, name, valueFor), woven.flags);
  if (Array.isArray(woven) && Array.isArray(unset) && woven.length === unset.length)
    return woven.map((inner, index) => withFallback(inner, unset[index], name, valueFor));
  if (isPlain(woven) && isPlain(unset) && Object.keys(woven).join('\0') === Object.keys(unset).join('\0'))
    return Object.fromEntries(
      Object.entries(woven).map(([key, inner]) => [key, withFallback(inner, unset[key], name, valueFor)]),
    );
  const mentions = symbolsIn(woven).some((symbol) => isVariable(symbol, name));
  if (mentions || `${fillSymbols(woven, valueFor)}` !== `${unset}`) throw new NoFallback();
  return woven;
};

/** The text that a template literal makes of a variable that is not set. Nobody means it: the variable has to be set. */
const NOT_MEANT = 'undefined';

const inText = (text: SymbolicText, unset: string, name: string, valueFor: ValueFor): SymbolicText => {
  const fill = (fallback: string): string =>
    `${fillSymbols(text, (symbol) => (isVariable(symbol, name) ? fallback : valueFor(symbol)))}`;
  const count = symbolsIn(text).filter((symbol) => isVariable(symbol, name)).length;
  const first = text.parts.findIndex((part) => typeof part !== 'string' && isVariable(part, name));
  const before = `${fillSymbols(new SymbolicText(text.parts.slice(0, first)), valueFor)}`.length;
  const length = count === 0 ? 0 : (unset.length - fill('').length) / count;
  const fallback = unset.slice(before, before + length);
  if (fill(fallback) !== unset) throw new NoFallback();
  if (fallback === NOT_MEANT) return text;
  return new SymbolicText(
    text.parts.map((part) =>
      typeof part !== 'string' && isVariable(part, name) ? { ...part, fallback } : part,
    ),
  );
};

const isVariable = (symbol: ConfigSymbol, name: string): boolean =>
  symbol.is === 'variable' && symbol.name === name;

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
