/** Names in lower case, by the way they are written. A name that is no token has none. */
const known = new Map<string, string>();

/** Peers choose the names, and must not choose how much is remembered of them. */
const MOST_KNOWN = 2_000;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** The name of a header in lower case; `null` if it is none. The same few names come with every message. */
export const headerName = (written: string): string | null => {
  const name = known.get(written);
  if (name !== undefined) return name;
  if (!TOKEN.test(written)) return null;
  const lower = written.toLowerCase();
  if (known.size < MOST_KNOWN) known.set(written, lower);
  return lower;
};
