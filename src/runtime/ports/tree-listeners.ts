import { shortAddress } from '../../model/ip-address.ts';
import { socketsOf } from './held-sockets.ts';
import { readListeners } from './socket-table.ts';

export interface ListeningAddress {
  /** An IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Of one on all IPv6 addresses: whether it is on all IPv4 addresses as well. */
  readonly takesV4: boolean;
}

/** The TCP addresses on which processes listen; null where the system does not tell. */
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
