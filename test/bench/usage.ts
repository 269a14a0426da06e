import { spawn } from 'node:child_process';
import { measureUsage } from '../../src/runtime/engines/process/measure-usage.ts';
import { openProcessTable } from '../../src/runtime/engines/process/open-process-table.ts';
import { TreeOwners } from '../../src/runtime/engines/process/tree-owners.ts';
import { type Figure, median } from './measure.ts';

const PROCESSES = 50;
const LOOKS = 200;

/** What one look at the CPU and memory of fifty processes costs, among all the others of this machine. */
export const benchUsage = async (): Promise<Figure[]> => {
  const table = await openProcessTable();
  if (table === null) return [];
  const children = Array.from({ length: PROCESSES }, () =>
    spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }),
  );
  const roots = new Map(children.map(({ pid = -1 }, index) => [`p${index}`, pid]));
  const owners = new TreeOwners();
  const costs: number[] = [];
  let found = 0;
  let running = 0;
  for (let look = 0; look < LOOKS; look++) {
    const startedAt = performance.now();
    const rows = await table.rows();
    const trees = owners.assign(rows, { roots, supervisor: process.pid, markOf: () => null });
    found = [...trees.values()].filter((tree) => measureUsage(tree, tree, 1).processes > 0).length;
    costs.push(performance.now() - startedAt);
    running = rows.length;
  }
  for (const child of children) child.kill('SIGKILL');
  if (found !== PROCESSES) throw new Error(`${found} of ${PROCESSES} processes were found`);
  return [
    {
      name: `CPU and memory of ${PROCESSES} processes, a look`,
      value: `${median(costs).toFixed(2)} ms (${running} processes)`,
      target: '3 ms',
    },
  ];
};
