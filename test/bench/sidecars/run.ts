// What ready-made sidecars cost that have no benchmark of their own: `npm run bench:sidecars -- [--markdown]`.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { figureTable, printTable } from '../tables.ts';
import { benchIdle } from './idle-memory.ts';
import { benchMetricsAdapter } from './metrics-adapter.ts';
import { benchMonitor } from './monitor.ts';
import { benchPrometheus } from './prometheus.ts';

const { values: options } = parseArgs({ options: { markdown: { type: 'boolean', default: false } } });

process.stdout.write(`load ${loadavg()[0]?.toFixed(1)}\n\n`);
printTable(
  figureTable([
    ...(await benchIdle()),
    ...(await benchMonitor()),
    ...(await benchMetricsAdapter()),
    ...(await benchPrometheus()),
  ]),
  options.markdown,
);
