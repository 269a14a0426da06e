import type { RawHeaders } from '../upstream.ts';

/** Index of the header by which a client waits before it sends the body; -1: there is none. */
export const expectationAt = (headers: RawHeaders): number => {
  for (let at = 0; at < headers.length; at += 2)
    if (headers[at]?.length === 6 && headers[at]?.toLowerCase() === 'expect') return at;
  return -1;
};
