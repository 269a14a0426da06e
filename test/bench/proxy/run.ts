// Proxies beside each other, in one run: `npm run bench:proxy -- [--markdown] [--wrk] [--only NAME,…]`; BENCH_RUNS=5,
// BENCH_SECONDS=2 (see docs/benchmarks.md).
import { parseArgs } from 'node:util';
import { figureTable, printTable } from '../tables.ts';
import { benchProxy } from './bench-proxy.ts';

const { values: options } = parseArgs({
  args: process.argv.slice(2),
  options: {
    markdown: { type: 'boolean', default: false },
    /** What wrk has printed too. */
    wrk: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const only = options.only?.split(',');
const { table, figures, outputs, missing } = await benchProxy({
  rounds: Number(process.env['BENCH_RUNS'] ?? 5),
  seconds: Number(process.env['BENCH_SECONDS'] ?? 2),
  wanted: (name) => only === undefined || only.includes(name),
});
if (missing.length > 0) process.stdout.write(`not there: ${missing.join(', ')}\n\n`);
printTable(table, options.markdown);
printTable(figureTable(figures), options.markdown);
if (options.wrk) for (const [name, output] of outputs) process.stdout.write(`${name}\n${output}\n\n`);
