// Figures of whole processes, each beside what it is measured against in the same run, and the same work done by other
// tools: `npm run bench -- [--markdown] [--no-peers] [--only-peers]`; BENCH_RUNS=20, BENCH_PEERS=FOLDER (see
// docs/benchmarks.md).
import { cpus, loadavg, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchContainers } from './containers.ts';
import { benchControl } from './control.ts';
import { benchDashboard } from './dashboard.ts';
import { benchDecide } from './decide.ts';
import { benchGate } from './gate.ts';
import { benchMany } from './many.ts';
import { benchOutput } from './output.ts';
import { compare } from './peers/compare.ts';
import { findPeers, OURS, SHELL } from './peers/tools.ts';
import { benchProbing } from './probing.ts';
import { benchStart } from './start.ts';
import { benchStrangers } from './strangers.ts';
import { figureTable, peerTable, printTable } from './tables.ts';
import { benchTerminal } from './terminal.ts';
import { benchUsage } from './usage.ts';
import { benchWatch } from './watch.ts';

const { values: options } = parseArgs({
  options: {
    markdown: { type: 'boolean', default: false },
    'no-peers': { type: 'boolean', default: false },
    'only-peers': { type: 'boolean', default: false },
  },
});
const runs = Number(process.env['BENCH_RUNS'] ?? 20);

const benchOurselves = async (): Promise<void> => {
  const figures = [
    ...(await benchDecide()),
    ...(await benchStart(runs)),
    ...(await benchMany(Math.ceil(runs / 2))),
    ...(await benchContainers(Math.ceil(runs / 2))),
    ...(await benchGate(runs)),
    ...(await benchProbing()),
    ...(await benchUsage()),
    ...(await benchStrangers(runs)),
    ...(await benchWatch(runs)),
    ...(await benchControl(runs)),
    ...(await benchDashboard(Math.ceil(runs / 2))),
    ...(await benchOutput(Math.ceil(runs / 4))),
    ...(await benchTerminal(Math.ceil(runs / 4))),
  ];
  printTable(figureTable(figures), options.markdown);
};

const benchPeers = async (): Promise<void> => {
  const peers = findPeers(process.env['BENCH_PEERS'] ?? '');
  const tools = [SHELL, OURS, ...[...peers.values()].filter((tool) => tool !== null)];
  const missing = [...peers].filter(([, tool]) => tool === null).map(([name]) => name);
  if (missing.length > 0) process.stdout.write(`not installed here: ${missing.join(', ')}\n\n`);
  const names = tools.map(({ name }) => name);
  printTable(peerTable(await compare(tools, runs), names), options.markdown);
};

const describeMachine = (): string => {
  const [first] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const load = loadavg()[0]?.toFixed(1);
  return `Node ${process.versions.node}, ${process.platform} ${release().split('-')[0]}, ${cpus().length} × ${first?.model}, ${memory}, load ${load}, ${runs} runs, medians\n\n`;
};

process.stdout.write(describeMachine());
if (!options['only-peers']) await benchOurselves();
if (!options['no-peers']) await benchPeers();
