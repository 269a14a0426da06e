import type { RawHeaders } from '../http/upstream.ts';

/** The value of the first header of this name, which is in lower case; `null`: there is none. */
export const headerValue = (headers: RawHeaders, name: string): string | null => {
  for (let index = 0; index < headers.length; index += 2) {
    const other = headers[index] as string;
    if (other.length === name.length && other.toLowerCase() === name) return headers[index + 1] ?? '';
  }
  return null;
};
