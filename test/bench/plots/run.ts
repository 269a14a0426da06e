// Draws what processes and lines cost each tool into docs/plots: `npm run bench:plots`; BENCH_PEERS=FOLDER (see
// docs/benchmarks.md). It takes half an hour.
import { mkdirSync, writeFileSync } from 'node:fs';
import { findPeers, OURS, SHELL } from '../peers/tools.ts';
import { drawChart, type Panel } from './chart.ts';
import { plotLines, plotProcesses } from './measure.ts';

const FOLDER = new URL('../../../docs/plots/', import.meta.url);

const peers = [...findPeers(process.env['BENCH_PEERS'] ?? '').values()].filter((tool) => tool !== null);
const tools = [OURS, SHELL, ...peers];

const write = (name: string, title: string, panels: readonly Panel[]): void => {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(new URL(`${name}.svg`, FOLDER), drawChart(title, panels));
};

write('processes', 'What processes cost each tool', await plotProcesses(tools));
write('lines', 'What lines cost each tool', await plotLines(tools));
