import type { RawHeaders } from '../http/upstream.ts';

/** The value of a header, of several lines joined as RFC 9110 5.3 has it; `null` without one. The name is in lower case. */
export const headerIn = (headers: RawHeaders, name: string): string | null => {
  let found: string | null = null;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (!isNamed(headers[at] ?? '', name)) continue;
    const value = headers[at + 1] ?? '';
    found = found === null ? value : `${found}, ${value}`;
  }
  return found;
};

/** Whether a name on the wire is this one. The length comes first: it tells most names apart without a copy. */
export const isNamed = (onTheWire: string, name: string): boolean =>
  onTheWire.length === name.length && (onTheWire === name || onTheWire.toLowerCase() === name);

/** The parts of a list such as `Connection: keep-alive, te`, in lower case. */
export const listed = (value: string): readonly string[] =>
  value
    .toLowerCase()
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
