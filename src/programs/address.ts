export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** Reads `host:port` as Go does: without a host, every address; a port can be 0 where something is to listen. */
export const parseAddress = (address: string, leastPort: 0 | 1): HostAndPort | null => {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(address) ?? [];
  const port = Number(digits);
  if (digits === undefined || port < leastPort || port > 65_535) return null;
  return { host: bracketed ?? (plain === 'localhost' ? '127.0.0.1' : plain) ?? '', port };
};

export const formatAddress = ({ host, port }: HostAndPort): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
