import type { RawHeaders } from '../http/upstream.ts';
import type { HeaderChanges } from '../options.ts';

export type ChangeHeaders = (headers: RawHeaders) => RawHeaders;

/**
 * Compiles the changes of a route. `remove` comes first, as in Envoy, so that what is set or added stays; `set` takes the
 * place of every line of that name, `add` is one more line.
 */
export const compileChanges = ({ set, add, remove }: HeaderChanges): ChangeHeaders => {
  const gone = new Set([...remove, ...Object.keys(set)].map((name) => name.toLowerCase()));
  const more = [...Object.entries(set), ...Object.entries(add)].flat();
  if (gone.size === 0 && more.length === 0) return (headers) => headers;
  return (headers) => [...without(headers, gone), ...more];
};

const without = (headers: RawHeaders, gone: ReadonlySet<string>): readonly string[] => {
  const kept: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? '';
    if (!gone.has(name.toLowerCase())) kept.push(name, headers[at + 1] ?? '');
  }
  return kept;
};
