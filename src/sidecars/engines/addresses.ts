export interface Address {
  readonly host: string;
  /** A number, or a reference. */
  readonly port: string;
}

/** Reads `host:port` and `[host]:port`. */
export const addressOf = (address: string): Address => {
  const [, bracketed, plain = '', port = ''] = /^(?:\[([^\]]*)\]|([^:]*)):(.*)$/s.exec(address) ?? [];
  return { host: bracketed ?? plain, port };
};

export const isIp = (host: string): boolean => host.includes(':') || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');

/** The name that a server's certificate must have. The local CA's are for `localhost`. */
export const certificateName = (serverName: string | null, address: string): string => {
  const { host } = addressOf(address);
  return serverName ?? (isLoopback(host) ? 'localhost' : host);
};
