// What a log shipper costs, beside rsyslog in the same run: `npm run bench:shipping -- [--markdown]`; BENCH_RUNS=3,
// BENCH_LINES=500000; TMPDIR=/dev/shm leaves out the disk.
import { parseArgs } from 'node:util';
import { isInstalled } from '../../support/installed.ts';
import { printTable } from '../tables.ts';
import { bareNode, idle, LINES, rsyslog, type Shipped, ship, shipper } from './shipping.ts';

const { values: options } = parseArgs({
  args: process.argv.slice(2),
  options: { markdown: { type: 'boolean', default: false } },
});
const runs = Number(process.env['BENCH_RUNS'] ?? 3);
const lines = Number(process.env['BENCH_LINES'] ?? 500_000);

const PEER = 'rsyslog, Elasticsearch bulk';

/** CPU and lines a second are beside rsyslog's in the same run: the figures themselves depend on the machine. */
const WORK = [
  ['NDJSON over HTTP', shipper('http', 'none'), LINES.plain, '≤ 0.75 ×; ≤ 90'],
  ['NDJSON, Combined parsed', shipper('http', 'combined'), LINES.combined, '≤ 1.9 ×; ≤ 90'],
  ['NDJSON, JSON parsed', shipper('http', 'json'), LINES.json, '≤ 90'],
  ['Elasticsearch bulk', shipper('elasticsearch', 'none'), LINES.plain, '≥ 1.2 × lines/s; ≤ 0.8 ×; ≤ 90'],
  ...(isInstalled('rsyslogd') ? ([[PEER, rsyslog, LINES.plain, '']] as const) : []),
] as const;

const medianOf = (all: readonly Shipped[], figure: keyof Shipped): number =>
  all.map((each) => each[figure]).sort((one, other) => one - other)[Math.floor(all.length / 2)] ?? Number.NaN;

const measured = new Map<string, Shipped[]>();
// In turns, so that a busy moment of the machine is nobody's alone.
for (let run = 0; run < runs; run += 1)
  for (const [name, start, line] of WORK)
    measured.set(name, [...(measured.get(name) ?? []), await ship(start, line, lines)]);

printTable(
  [
    ['work', 'lines/s', 'CPU µs/line', 'of rsyslog', 'PSS MiB', 'target'],
    ...WORK.map(([name, , , target]) => {
      const all = measured.get(name) ?? [];
      return [
        name,
        medianOf(all, 'linesPerSecond').toFixed(0),
        medianOf(all, 'perLine').toFixed(2),
        `${(medianOf(all, 'perLine') / medianOf(measured.get(PEER) ?? [], 'perLine')).toFixed(2)} ×`,
        medianOf(all, 'memory').toFixed(0),
        target,
      ];
    }),
  ],
  options.markdown,
);

const { memory, share } = await idle(200, 30);
printTable(
  [
    ['idle with 200 files', 'measured', 'target'],
    ['PSS, MiB', memory.toFixed(0), '≤ 30'],
    ['PSS of a Node that does nothing, MiB', (await bareNode()).toFixed(0), ''],
    ['CPU, % of a core', (share * 100).toFixed(2), '≤ 0.1'],
  ],
  options.markdown,
);
