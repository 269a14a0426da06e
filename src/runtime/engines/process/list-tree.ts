import type { TreeEntry } from '../workload.ts';
import { openProcessTable } from './open-process-table.ts';
import type { ProcessRow } from './process-table.ts';
import { type PodProcesses, TreeOwners } from './tree-owners.ts';

/**
 * Lists a process of the pod and everything it has started that is still there, parents before their children. Empty on
 * Windows.
 *
 * @example
 * await listTree('web', { roots: new Map([['web', 4242]]), supervisor: process.pid, markOf });
 */
export const listTree = async (name: string, pod: PodProcesses): Promise<readonly TreeEntry[]> => {
  const table = await openProcessTable();
  if (table === null) return [];
  const own = pod.list?.() ?? null;
  const rows = own === null ? await table.rows() : table.rowsOf(own);
  const tree = new TreeOwners().assign(rows, pod).get(name) ?? [];
  const commands = await table.commands(tree.map(({ pid }) => pid));
  return parentsFirst(tree).flatMap(({ pid, parentPid }) => {
    const command = commands.get(pid);
    return command === undefined ? [] : [{ pid, parentPid, command }];
  });
};

/** Processes without a parent in the tree come first, each followed by its children. */
const parentsFirst = (tree: readonly ProcessRow[]): readonly ProcessRow[] => {
  const pids = new Set(tree.map(({ pid }) => pid));
  const withChildren = (row: ProcessRow): readonly ProcessRow[] => [
    row,
    ...tree.filter(({ parentPid }) => parentPid === row.pid).flatMap(withChildren),
  ];
  return tree.filter(({ parentPid }) => !pids.has(parentPid)).flatMap(withChildren);
};
