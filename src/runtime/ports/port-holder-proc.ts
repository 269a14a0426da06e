import type { FixedPort, PortHolder } from '../../model/failures/port-failure.ts';
import { hostsOverlap } from '../../model/ip-address.ts';
import { listPids } from '../process-tree/proc-table.ts';
import { commandOfPid, holdsSocket } from './held-sockets.ts';
import type { SocketRow } from './socket-row.ts';
import { readSockets } from './socket-table.ts';

/**
 * For Linux: the socket tables have inode and user, the descriptors under /proc the process (17 ms for 200 processes).
 */
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

/** Rank of a socket with this number: listening sockets come first, and among them those on a conflicting address. */
const conflictRank = ({ listening, address }: SocketRow, { host }: FixedPort): number =>
  (listening ? 2 : 0) + (hostsOverlap(address.text, host) ? 1 : 0);
