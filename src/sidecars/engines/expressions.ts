/** An expression for the origins of CORS in which a `*` stands for labels of a host, or for a port; `null`: every origin. */
export const originExpression = (allowed: readonly string[]): string | null => {
  if (allowed.includes('*')) return null;
  const all = allowed.map((origin) =>
    origin
      .toLowerCase()
      .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^/:]+'),
  );
  return `^(?:${all.join('|')})$`;
};

/** What a regular expression has for a text. */
export const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** An expression for a path with this prefix, which ends at the end of an element. */
export const prefixExpression = (prefix: string): string => `^${escaped(withoutSlash(prefix))}(?:/|$)`;

export const withoutSlash = (prefix: string): string => (prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
