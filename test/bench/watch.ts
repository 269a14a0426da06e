import { readFile } from 'node:fs/promises';
import { CommandLine } from '../support/command-line.ts';
import { configFile, Project } from '../support/project.ts';
import { type Figure, median, wallClock } from './measure.ts';

const FILES = 10_000;
const FOLDERS = 100;
const DEBOUNCE = 50;
const IDLE_FOR = 3_000;
const TICKS_PER_SECOND = 100;

/** Notes when it was launched. */
const APP = 'date +%s%N >> launched.txt; exec sleep 300';

/** From a saved file to the new instance, and what ten thousand watched files cost. */
export const benchWatch = async (runs: number): Promise<Figure[]> => [
  await benchLatency(runs),
  ...(process.platform === 'linux' ? await benchCost() : []),
];

const watching = async (project: Project): Promise<CommandLine> => {
  const dev = new CommandLine(['dev', '--ui', 'json'], project.folder);
  await dev.event('it watches', (event) => event['kind'] === 'watching');
  return dev;
};

const benchLatency = async (runs: number): Promise<Figure> => {
  const config = configFile({ primary: { command: APP, watch: { paths: ['src'], debounce: DEBOUNCE } } });
  await using project = await Project.create({ 'sidecars.config.ts': config, 'src/a.txt': '' });
  await using dev = await watching(project);
  const latencies: number[] = [];
  for (let run = 0; run < runs; run++) {
    const savedAt = wallClock();
    // Another one each time: the same one again and again would pass for a file that the app writes itself.
    await project.write(`src/${run}.txt`, '');
    await dev.until('the restart', () => dev.events.filter(isLaunch).length === run + 2);
    latencies.push((await lastLaunch(project, run + 2)) - savedAt - DEBOUNCE);
  }
  return {
    name: 'file saved -> new instance launched, less the debounce',
    value: `${median(latencies).toFixed(1)} ms (worst ${Math.max(...latencies).toFixed(1)} ms)`,
    target: '120 ms',
  };
};

const isLaunch = (event: { readonly [fact: string]: unknown }) =>
  event['state'] === 'starting' && 'pid' in event && event['type'] === 'process';

const lastLaunch = async (project: Project, count: number): Promise<number> => {
  for (;;) {
    const lines = (await readFile(project.path('launched.txt'), 'utf8')).trim().split('\n');
    if (lines.length === count) return Number(lines.at(-1)) / 1e6;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

const benchCost = async (): Promise<Figure[]> => {
  const [plain] = await costOf('nothing');
  const [memory, cpu] = await costOf('src');
  return [
    {
      name: `memory of ${FILES} watched files`,
      value: `${((memory - plain) / 1024).toFixed(1)} MB (${(memory / 1024).toFixed(0)} MB in all)`,
      target: '60 MB',
    },
    {
      name: `CPU of ${FILES} watched files, idle`,
      value: `${((cpu / IDLE_FOR) * 100).toFixed(2)} %`,
      target: '0 %',
    },
  ];
};

/** Resident KiB, and CPU milliseconds of a while in which nothing changes. */
const costOf = async (paths: string): Promise<readonly [number, number]> => {
  const config = configFile({ primary: { command: 'exec sleep 300', watch: [paths] } });
  await using project = await Project.create({ 'sidecars.config.ts': config });
  await Promise.all(
    Array.from({ length: FILES }, (_, file) => project.write(`src/${file % FOLDERS}/${file}.txt`, '')),
  );
  await using dev = await watching(project);
  const before = await cpuOf(dev.pid);
  await new Promise((resolve) => setTimeout(resolve, IDLE_FOR));
  const cpu = (await cpuOf(dev.pid)) - before;
  const status = await readFile(`/proc/${dev.pid}/status`, 'utf8');
  return [Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]), cpu];
};

const cpuOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
};
