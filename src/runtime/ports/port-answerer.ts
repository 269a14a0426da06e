import { isAuxiliaryOf } from '../process-tree/auxiliary-marks.ts';
import { listPids } from '../process-tree/proc-table.ts';
import type { ProcessTrees, TreeRoot } from '../process-tree/process-trees.ts';
import { findAnswering, type Peer } from './answering.ts';
import { isEngineProxy } from './container-engines.ts';
import { commandOfPid, holdsSocket } from './held-sockets.ts';

/** The owner of a socket that answers on a port. */
export type Answerer =
  /** A process of the tree. */
  | { readonly kind: 'own' }
  /** Unknown: the system does not tell, or it is a container engine, which listens for its containers. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'process'; readonly pid: number; readonly command: string; readonly inodes: string }
  /** Another user, whose processes may not be inspected. */
  | { readonly kind: 'user'; readonly uid: number; readonly inodes: string };

/** Number of processes inspected before other work gets a turn. */
const BATCH = 256;

interface Holders {
  readonly pids: readonly number[];
  readonly unreadable: readonly number[];
}

/**
 * Finds the owner of a socket that has answered a connection to this machine. It inspects the root first, then
 * processes started after it: usually the search ends there, and only a foreign socket requires a search of all
 * processes.
 */
export const findAnswerer = async (peer: Peer, root: TreeRoot, trees: ProcessTrees): Promise<Answerer> => {
  const rows = findAnswering(peer);
  const [first] = rows;
  if (first === undefined) return { kind: 'unknown' };
  const inodes = new Set(rows.map(({ inode }) => inode));
  if (holdsSocket(root.pid, inodes) === true) return { kind: 'own' };
  // A hook may have left the server in the background.
  const isOwn = (pid: number): boolean =>
    pid === process.pid || trees.owns(root, pid) || isAuxiliaryOf(root.mark, trees.markOf(pid));
  const { pids, unreadable } = await findHolders(inodes, root.pid, isOwn);
  if (pids.some(isOwn)) return { kind: 'own' };
  // A process that may not be inspected could have it as well as any other: setuid programs, and programs started by
  // sudo.
  const suspects = pids.length > 0 ? pids : unreadable;
  if (suspects.some(isEngineProxy)) return { kind: 'unknown' };
  if (pids.length === 0 && unreadable.some(isOwn)) return { kind: 'unknown' };
  const [pid] = pids;
  const key = [...inodes].join(' ');
  return pid === undefined
    ? { kind: 'user', uid: first.uid, inodes: key }
    : { kind: 'process', pid, command: commandOfPid(pid), inodes: key };
};

/** Ends with the first process that belongs to the tree. */
const findHolders = async (
  inodes: ReadonlySet<string>,
  root: number,
  isOwn: (pid: number) => boolean,
): Promise<Holders> => {
  const [pids, unreadable]: [number[], number[]] = [[], []];
  for (const [index, pid] of newestAfter(root).entries()) {
    if (index % BATCH === BATCH - 1) await new Promise(setImmediate);
    const holds = holdsSocket(pid, inodes);
    if (holds === 'unreadable') unreadable.push(pid);
    if (holds !== true) continue;
    pids.push(pid);
    if (isOwn(pid)) break;
  }
  return { pids, unreadable };
};

/** Pids grow until they wrap around: children usually come after their parent. */
const newestAfter = (root: number): readonly number[] => {
  const pids = listPids();
  return [...pids.filter((pid) => pid > root), ...pids.filter((pid) => pid <= root)];
};
