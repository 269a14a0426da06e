import type { RawHeaders } from '../http/upstream.ts';
import type { ValueMatch } from '../options.ts';
import { wholly } from './match-path.ts';
import { headerIn } from './raw-headers.ts';

/** Whether all headers that were asked for are there. */
export const compileHeaders = (matches: readonly ValueMatch[]): ((headers: RawHeaders) => boolean) => {
  const tests = matches.map((match) => ({ name: match.name.toLowerCase(), holds: compileValue(match) }));
  return (headers) => tests.every(({ name, holds }) => holds(headerIn(headers, name)));
};

/** Whether all parameters that were asked for are there. Of a repeated one the first counts, as in Gateway API. */
export const compileQuery = (matches: readonly ValueMatch[]): ((query: string) => boolean) => {
  const tests = matches.map((match) => ({ name: match.name, holds: compileValue(match) }));
  return (query) => {
    const parameters = new URLSearchParams(query);
    return tests.every(({ name, holds }) => holds(parameters.get(name)));
  };
};

const compileValue = ({ type, value }: ValueMatch): ((found: string | null) => boolean) => {
  switch (type) {
    case 'Exact':
      return (found) => found === value;
    case 'Present':
      return (found) => found !== null;
    case 'RegularExpression': {
      const expression = wholly(value);
      return (found) => found !== null && expression.test(found);
    }
  }
};
