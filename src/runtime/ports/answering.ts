import type { Socket } from 'node:net';
import { type IpAddress, isAnyAddress, readAddress } from '../../model/ip-address.ts';
import type { SocketRow } from './socket-row.ts';
import { readListeners } from './socket-table.ts';

/** The address that a connection was made to. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** Other end of an open connection, or null if it has closed already. */
export const peerOf = ({ remoteAddress, remotePort }: Socket): Peer | null =>
  remoteAddress === undefined || remotePort === undefined
    ? null
    : { address: remoteAddress, port: remotePort };

/**
 * Finds the sockets of which one has answered a connection: those on that very address, else those on all addresses, in
 * the kernel's order. There are several if they share the port (SO_REUSEPORT).
 */
export const findAnswering = ({ address, port }: Peer): readonly SocketRow[] => {
  const target = readAddress(address);
  if (target === null) return [];
  const ranked = readListeners((each) => each === port).map((row) => ({ row, rank: rankOf(row, target) }));
  const best = Math.max(0, ...ranked.map(({ rank }) => rank));
  return best === 0 ? [] : ranked.filter(({ rank }) => rank === best).map(({ row }) => row);
};

/** Returns 0 if it does not answer there. The unspecified IPv6 address answers for IPv4, after every IPv4 socket. */
const rankOf = ({ address: bound, takesV4 }: SocketRow, target: IpAddress): number => {
  if (bound.family === target.family && bound.text === target.text) return 3;
  if (!isAnyAddress(bound)) return 0;
  if (bound.family === target.family) return 2;
  return target.family === 4 && takesV4 ? 1 : 0;
};
