/** The host in an authority such as `localhost:3000` or `[::1]:3000`, with the brackets of an IPv6 address. */
export const hostOf = (authority: string): string => {
  const colon = portColon(authority);
  return colon === -1 ? authority : authority.slice(0, colon);
};

/** The port in an authority; `null` without one. */
export const portOf = (authority: string): number | null => {
  const colon = portColon(authority);
  const port = colon === -1 ? '' : authority.slice(colon + 1);
  return /^\d{1,5}$/.test(port) ? Number(port) : null;
};

/** The colons of an IPv6 address are within brackets. */
const portColon = (authority: string): number => {
  const colon = authority.lastIndexOf(':');
  return colon > authority.lastIndexOf(']') ? colon : -1;
};
