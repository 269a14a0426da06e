import type { ProcessSnapshot } from '../../control/pod-client.ts';
import { addressesOf, schemeOf } from '../state/addresses.ts';
import { prose } from '../text/prose.ts';
import type { Style } from '../text/sgr.ts';
import { linked, type Styled } from '../text/styled.ts';

/** Names and addresses of a process's ports. Those that a browser can show are links. */
export const portRows = (process: ProcessSnapshot, width: number, style: Style = ''): readonly Styled[] => {
  const urls = new Map(addressesOf(process).map(({ name, url }) => [name, url]));
  return process.ports.flatMap((port) => {
    const url = urls.get(port.name);
    const rows = prose(`${port.name} ${portText(port)}`, width, style);
    return url === undefined ? rows : rows.map((row) => linked(row, portText(port), url));
  });
};

/** Makes a link of the port in a row of the list that has figures in it. */
export const withPortLink = (row: Styled, process: ProcessSnapshot): Styled => {
  const [first] = process.ports;
  const url = addressesOf(process).find(({ name }) => name === first?.name)?.url;
  return first === undefined || url === undefined ? row : linked(row, `:${first.port}`, url);
};

/** Address as one would open it. */
const portText = (port: ProcessSnapshot['ports'][number]): string => {
  const { host, port: number, protocol } = port;
  if (protocol === 'udp') return `udp ${host}:${number}`;
  const scheme = schemeOf(port);
  return scheme === null ? `${host}:${number}` : `${scheme}://${host}:${number}/`;
};
