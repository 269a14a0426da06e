// Figures of whole processes, each beside what it is measured against in the same run, and the same work done by other
// tools: `npm run bench -- [--markdown] [--no-peers] [--only GROUP,...] [--compare REVISION]`; BENCH_RUNS=20,
// BENCH_PEERS=FOLDER (see docs/benchmarks.md).
import { cpus, loadavg, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchContainers } from './containers.ts';
import { benchControl } from './control.ts';
import { benchDashboard } from './dashboard.ts';
import { benchDecide } from './decide.ts';
import { benchGate } from './gate.ts';
import { benchLines } from './lines.ts';
import { benchMany } from './many.ts';
import type { Figure } from './measure.ts';
import { benchOutput } from './output.ts';
import { benchPackage } from './package.ts';
import { compare } from './peers/compare.ts';
import { findPeers, OURS, SHELL } from './peers/tools.ts';
import { benchProbing } from './probing.ts';
import { benchStart } from './start.ts';
import { benchStrangers } from './strangers.ts';
import { figureTable, peerTable, printTable } from './tables.ts';
import { benchTerminal } from './terminal.ts';
import { benchThousand } from './thousand.ts';
import { benchUsage } from './usage.ts';
import { compareWith } from './versions.ts';
import { benchWatch } from './watch.ts';

const { values: options } = parseArgs({
  options: {
    markdown: { type: 'boolean', default: false },
    'no-peers': { type: 'boolean', default: false },
    only: { type: 'string' },
    compare: { type: 'string' },
  },
});
const runs = Number(process.env['BENCH_RUNS'] ?? 20);
const part = (divisor: number): number => Math.ceil(runs / divisor);

const GROUPS: ReadonlyMap<string, () => Promise<Figure[]>> = new Map([
  ['decide', benchDecide],
  ['start', () => benchStart(runs)],
  ['many', () => benchMany(part(2))],
  ['thousand', () => benchThousand(part(8))],
  ['containers', () => benchContainers(part(2))],
  ['gate', () => benchGate(runs)],
  ['probing', benchProbing],
  ['usage', benchUsage],
  ['strangers', () => benchStrangers(runs)],
  ['watch', () => benchWatch(runs)],
  ['control', () => benchControl(runs)],
  ['dashboard', () => benchDashboard(part(2))],
  ['output', () => benchOutput(part(4))],
  ['lines', () => benchLines(part(8))],
  ['terminal', () => benchTerminal(part(4))],
  ['package', benchPackage],
]);
/** The table in which each tool has a column. */
const PEERS = 'peers';

const chosenGroups = (): readonly string[] => {
  const all = [...GROUPS.keys(), PEERS];
  const chosen = options.only?.split(',') ?? all.filter((name) => name !== PEERS || !options['no-peers']);
  const unknown = chosen.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`no group ${unknown.join(', ')}; there are ${all.join(', ')}`);
  return chosen;
};

const benchOurselves = async (groups: readonly string[]): Promise<void> => {
  const figures: Figure[] = [];
  for (const name of groups) {
    process.stderr.write(`${name}\n`);
    figures.push(...((await GROUPS.get(name)?.()) ?? []));
  }
  if (figures.length > 0) printTable(figureTable(figures), options.markdown);
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

const groups = chosenGroups();
process.stdout.write(describeMachine());
if (options.compare === undefined) {
  await benchOurselves(groups);
  if (groups.includes(PEERS)) await benchPeers();
} else printTable(await compareWith(options.compare, runs), options.markdown);
