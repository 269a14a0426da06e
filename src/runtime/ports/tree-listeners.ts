import { shortAddress } from '../../model/ip-address.ts';
import { socketsOf } from './held-sockets.ts';
import { readListeners } from './socket-table.ts';

export interface ListeningAddress {
  /** Address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** For a socket on all IPv6 addresses: true if it is on all IPv4 addresses as well. */
  readonly takesV4: boolean;
}

/** TCP addresses on which the processes listen; null if the system does not tell. */
export const listeningOf = (pids: readonly number[]): readonly ListeningAddress[] | null => {
  if (process.platform !== 'linux') return null;
  const held = new Set(pids.flatMap(socketsOf));
  const found = readListeners()
    .filter(({ inode }) => held.has(inode))
    .map(({ address, port, takesV4 }) => ({ host: shortAddress(address), port, takesV4 }));
  return found.filter((each, index) => found.findIndex((other) => isSame(each, other)) === index);
};

const isSame = (one: ListeningAddress, other: ListeningAddress): boolean =>
  one.host === other.host && one.port === other.port;
