import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { configFile, Project } from '../support/project.ts';
import { PseudoTerminal } from '../support/pseudo-terminal.ts';
import { type Figure, median, wallClock } from './measure.ts';

/** 50,000 lines a second, in 100 bursts. */
const CHATTY = `
let line = 0;
setInterval(() => {
  let text = '';
  for (let more = 0; more < 500; more++) text += 'GET /items/' + (line += 1) + ' 200 in 12 ms from 127.0.0.1, by way of the shop and its cache, as usual\\n';
  process.stdout.write(text);
}, 10);
`;

const SECONDS = 5;
/** Of /proc's times. */
const TICK_MS = 10;

const sleepers = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`worker-${at}`, { command: 'exec sleep 600' }]),
  );

interface Shown {
  readonly terminal: PseudoTerminal;
  readonly firstFrame: number;
}

/** The dashboard of a pod, from its start to a first frame. */
const show = async (project: Project): Promise<Shown> => {
  const startedAt = wallClock();
  const terminal = new PseudoTerminal(['dev'], { cwd: project.folder, columns: 120, rows: 40 });
  while (!terminal.output.includes('following')) await setTimeout(1);
  return { terminal, firstFrame: wallClock() - startedAt };
};

const cpuOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
};

const share = async (terminal: PseudoTerminal): Promise<number> => {
  const [from, at] = [await cpuOf(terminal.pid), wallClock()];
  await setTimeout(SECONDS * 1_000);
  return ((await cpuOf(terminal.pid)) - from) / (wallClock() - at);
};

const end = async (terminal: PseudoTerminal): Promise<void> => {
  terminal.signal('SIGTERM');
  await terminal.ended;
  await terminal[Symbol.asyncDispose]();
};

const percent = (value: number) => `${(value * 100).toFixed(1)} % of a core`;

/** What the dashboard costs, by the clocks of /proc: a quiet pod, a loud one, and one of two hundred. */
export const benchDashboard = async (runs: number): Promise<Figure[]> => {
  const first: number[] = [];
  const firstAfterChild: number[] = [];
  await using quiet = await Project.create({
    'sidecars.config.mjs': configFile({
      sidecars: { first: { command: 'date +%s%N > first.txt; exec sleep 600' } },
      primary: { command: 'exec sleep 600' },
    }),
  });
  for (let round = 0; round < runs; round++) {
    const { terminal, firstFrame } = await show(quiet);
    const at = wallClock();
    first.push(firstFrame);
    firstAfterChild.push(at - Number(await readFile(quiet.path('first.txt'), 'utf8')) / 1e6);
    await end(terminal);
  }
  return [
    { name: 'dashboard: first frame after start', value: `${median(first).toFixed(0)} ms`, target: '250 ms' },
    {
      name: 'dashboard: first frame after the first child',
      value: `${median(firstAfterChild).toFixed(0)} ms`,
      target: '130 ms',
    },
    ...(await load('idle', quiet, '0.5 %', true)),
    ...(await loud()),
    ...(await many()),
  ];
};

const load = async (what: string, project: Project, target: string, withKeys = false): Promise<Figure[]> => {
  const { terminal } = await show(project);
  await setTimeout(2_500);
  const before = terminal.output.length;
  const cpu = await share(terminal);
  const written = terminal.output.length - before;
  const keys = withKeys ? await keyLatencies(terminal) : [];
  await end(terminal);
  return [
    { name: `dashboard: ${what}`, value: `${percent(cpu)} (${written} bytes drawn)`, target },
    ...(withKeys
      ? [
          {
            name: 'dashboard: key to screen, p95',
            value: `${(keys.sort((a, b) => a - b)[Math.floor(keys.length * 0.95)] ?? 0).toFixed(1)} ms`,
            target: '20 ms',
          },
        ]
      : []),
  ];
};

/** From a key to the first bytes it has drawn. */
const keyLatencies = async (terminal: PseudoTerminal): Promise<number[]> => {
  const latencies: number[] = [];
  for (let key = 0; key < 60; key++) {
    await setTimeout(60);
    const drawn = once(terminal.events, 'data');
    const at = wallClock();
    terminal.type(key % 2 === 0 ? 'k' : 'j');
    await drawn;
    latencies.push(wallClock() - at);
  }
  return latencies;
};

const loud = async (): Promise<Figure[]> => {
  await using project = await Project.create({
    'chatty.mjs': CHATTY,
    'sidecars.config.mjs': configFile({ primary: { command: [process.execPath, 'chatty.mjs'] } }),
  });
  return load('50,000 lines a second', project, '20 %');
};

const many = async (): Promise<Figure[]> => {
  await using project = await Project.create({
    'chatty.mjs': CHATTY,
    'sidecars.config.mjs': configFile({
      sidecars: sleepers(199),
      primary: { command: [process.execPath, 'chatty.mjs'], dependsOn: [] },
    }),
  });
  return load('200 processes, 50,000 lines a second', project, '20 %');
};
