import { symbolsIn } from '../../config/resolve/symbolic/fill-symbols.ts';

/** The variables in a value that have to come from outside. */
export const outsideVariables = (value: unknown): readonly string[] =>
  symbolsIn(value).flatMap((symbol) =>
    symbol.is === 'variable' && symbol.fallback === null ? [symbol.name] : [],
  );
