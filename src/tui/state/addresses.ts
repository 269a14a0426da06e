import type { ProcessSnapshot } from '../../control/pod-client.ts';

type Port = ProcessSnapshot['ports'][number];

/** A port with `http` or `web` in its name is taken for a web server. */
export const schemeOf = ({ name, protocol }: Port): 'http' | 'https' | null => {
  if (protocol === 'udp') return null;
  if (/https/i.test(name)) return 'https';
  return /http|web/i.test(name) ? 'http' : null;
};

const EVERYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };

/** Address for a browser on this machine. */
const urlOf = (port: Port): string => {
  const host = EVERYWHERE[port.host] ?? (port.host.includes(':') ? `[${port.host}]` : port.host);
  return `${schemeOf(port) ?? 'http'}://${host}:${port.port}/`;
};

export interface Address {
  readonly name: string;
  readonly url: string;
}

/** What a browser can show of a process: its web servers or, if no name says so, all its TCP ports. */
export const addressesOf = ({ ports }: Pick<ProcessSnapshot, 'ports'>): readonly Address[] => {
  const tcp = ports.filter(({ protocol }) => protocol === 'tcp');
  const web = tcp.filter((port) => schemeOf(port) !== null);
  return (web.length > 0 ? web : tcp).map((port) => ({ name: port.name, url: urlOf(port) }));
};
