import type { Socket } from 'node:net';
import { type IpAddress, isAnyAddress, readAddress } from '../../model/ip-address.ts';
import type { SocketRow } from './socket-row.ts';
import { readListeners } from './socket-table.ts';

/** Where a connection was made to. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** The other end of an open connection; null where it has closed already. */
export const peerOf = ({ remoteAddress, remotePort }: Socket): Peer | null =>
  remoteAddress === undefined || remotePort === undefined
    ? null
    : { address: remoteAddress, port: remotePort };

/**
 * The sockets of which one has answered a connection: those on the very address, else those on all addresses, as the
 * kernel has it. Several where they share the port (SO_REUSEPORT).
 */
export const findAnswering = ({ address, port }: Peer): readonly SocketRow[] => {
  const target = readAddress(address);
  if (target === null) return [];
  const ranked = readListeners((each) => each === port).map((row) => ({ row, rank: rankOf(row, target) }));
  const best = Math.max(0, ...ranked.map(({ rank }) => rank));
  return best === 0 ? [] : ranked.filter(({ rank }) => rank === best).map(({ row }) => row);
};

/** 0: it does not answer there. The unspecified IPv6 address answers for IPv4, after everything that is IPv4. */
const rankOf = ({ address: bound, takesV4 }: SocketRow, target: IpAddress): number => {
  if (bound.family === target.family && bound.text === target.text) return 3;
  if (!isAnyAddress(bound)) return 0;
  if (bound.family === target.family) return 2;
  return target.family === 4 && takesV4 ? 1 : 0;
};
