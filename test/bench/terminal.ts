import { spawnSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { CLI } from '../support/command-line.ts';
import { configFile, Project } from '../support/project.ts';
import { type Figure, median } from './measure.ts';
import { ShownDashboard } from './shown-dashboard.ts';
import { timed } from './timed.ts';

const LINES = 1e6;
const LINE = `${'x'.repeat(99)}\n`;
const BYTES = LINES * LINE.length;
const WARM_UP_MS = 5_000;
const DRAWN_FOR_MS = 10_000;
const MANY = 200;

/** Notes when it starts, as its own work would be part of what is measured. */
const WORK = 'date +%s%3N > started-0; exec cat lines.txt';

/** Draws a full screen thirty times a second. */
const DRAWER = `
let frame = 0;
setInterval(() => {
  frame += 1;
  const rows = Array.from({ length: 24 }, (_, row) => \`\\x1b[\${31 + row % 6}m\${frame} \`.padEnd(84, 'x'));
  process.stdout.write(\`\\x1b[H\${rows.join('\\r\\n')}\\x1b[m\`);
}, 1_000 / 30);
`;

const sleeper = { command: 'exec sleep 600' };
const drawer = { command: [process.execPath, 'drawer.mjs'], tty: true };

/** What a process costs that has a terminal of its own. */
export const benchTerminal = async (runs: number): Promise<Figure[]> => [
  await throughput(runs),
  await drawn(3),
  await drawn(MANY),
];

/** Beside script(1), which does the same: it reads a terminal and writes down what comes. */
const throughput = async (runs: number): Promise<Figure> => {
  const name = "output of a process with a terminal, of script's speed";
  const target = '60 %';
  if (spawnSync('script', ['--version']).error !== undefined)
    return { name, value: 'script is not installed', target };
  const primary = { command: ['sh', '-c', WORK], tty: true };
  await using project = await Project.create({
    'sidecars.config.mjs': configFile({ name: 'shop', primary }),
    'lines.txt': LINE.repeat(LINES),
  });
  const ours: number[] = [];
  const shares: number[] = [];
  for (let round = 0; round <= runs; round++) {
    const script = await timed(project, `script -qc '${WORK}' script.log > /dev/null`, BYTES);
    const own = await timed(project, `'${process.execPath}' '${CLI}' up --ui plain > /dev/null 2>&1`, BYTES);
    // The first round fills caches and does not count.
    if (round === 0) continue;
    ours.push(own);
    shares.push(own / script);
  }
  return { name, value: `${(median(shares) * 100).toFixed(0)} % (${median(ours).toFixed(0)} MB/s)`, target };
};

const drawn = async (processes: number): Promise<Figure> => {
  const others = Array.from({ length: processes - 2 }, (_, at) => [`s${at}`, sleeper]);
  const sidecars = { drawer, ...Object.fromEntries(others) };
  await using project = await Project.create({
    'sidecars.config.mjs': configFile({ name: 'shop', sidecars, primary: sleeper }),
    'drawer.mjs': DRAWER,
  });
  await using shown = await ShownDashboard.open(project);
  shown.press('1');
  await shown.shows('screen');
  await setTimeout(WARM_UP_MS);
  const { cpu, frames } = await shown.cost(DRAWN_FOR_MS);
  const rate = (frames / DRAWN_FOR_MS) * 1_000;
  return {
    name: `a screen drawn 30 times a second${processes === MANY ? `, ${MANY} processes` : ''}: of a core`,
    value: `${(cpu * 100).toFixed(1)} % (${rate.toFixed(1)} frames/s)`,
    target: '5 %',
  };
};
