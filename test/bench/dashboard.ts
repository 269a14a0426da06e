import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { configFile, Project } from '../support/project.ts';
import { type Figure, median, wallClock } from './measure.ts';
import { ShownDashboard } from './shown-dashboard.ts';

const KEYS = 60;
const IDLE_MS = 10_000;
const FLOOD_MS = 10_000;
/** Until everything has been compiled that is used often. */
const WARM_UP_MS = 5_000;
const MANY = 200;
const FRAMES = 3_000;
/** More often than that nothing is drawn. */
const FRAME_MS = 16;
const MINUTE = 60_000;
/** For as long as a process is younger, the list counts its seconds. */
const YOUNG_MS = MINUTE + 5_000;

const CHATTER = `
const line = 'x'.repeat(80);
const from = Date.now();
let number = 0;
setInterval(() => {
  let text = '';
  for (const due = (Date.now() - from) * 50; number < due; number++) text += number + ' ' + line + '\\n';
  process.stdout.write(text);
}, 10);
`;

/** Notes when it is asked, and never stops writing. */
const PROBED = `
import { createServer } from 'node:http';
import { appendFileSync } from 'node:fs';
createServer((_, response) => {
  appendFileSync('asked.txt', Date.now() + '\\n');
  response.end();
}).listen(Number(process.env.PORT), '127.0.0.1');
setInterval(() => console.log('x'.repeat(2_000)), 1);
`;
const FROZEN_MS = 4_000;

const sleeper = { command: 'exec sleep 600' };
const db = { command: 'date +%s%N > launched.txt; exec sleep 600' };
const sleepers = Object.fromEntries(Array.from({ length: MANY - 3 }, (_, at) => [`s${at}`, sleeper]));
/** It starts first, and stands first on the screen. */
const chatter = { command: [process.execPath, '-e', CHATTER] };

const configOf = (sidecars: object): string => configFile({ name: 'shop', sidecars, primary: sleeper });

const ms = (value: number): string => `${value.toFixed(0)} ms`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** What a person at the dashboard waits for, at the reader's end of a terminal, and what it takes of the machine. */
export const benchDashboard = async (runs: number): Promise<Figure[]> => [
  ...(await firstFrames(runs)),
  ...(await quiet('dashboard', configOf({ db }))),
  ...(await quiet(`dashboard, ${MANY} processes`, configOf({ db, chatter: sleeper, ...sleepers }))),
  ...(await flooded('50,000 lines/s', configOf({ chatter }))),
  ...(await flooded(`50,000 lines/s, ${MANY} processes`, configOf({ chatter, db, ...sleepers }))),
  await heapOverFrames(),
  await frozen(),
];

const firstFrames = async (runs: number): Promise<Figure[]> => {
  await using project = await Project.create({ 'sidecars.config.mjs': configOf({ db }) });
  const frames: number[] = [];
  const afterChild: number[] = [];
  for (let round = 0; round <= runs; round++) {
    await using shown = await ShownDashboard.open(project);
    const launched = Number(await readFile(project.path('launched.txt'), 'utf8')) / 1e6;
    // The first round fills caches and does not count.
    if (round === 0) continue;
    frames.push(shown.drawnAt - shown.startedAt);
    afterChild.push(shown.drawnAt - launched);
  }
  return [
    { name: 'first frame after the start', value: ms(median(frames)), target: '250 ms' },
    { name: 'first frame after the first child', value: ms(median(afterChild)), target: '130 ms' },
  ];
};

const quiet = async (name: string, config: string): Promise<Figure[]> => {
  await using project = await Project.create({ 'sidecars.config.mjs': config });
  await using shown = await ShownDashboard.open(project);
  await setTimeout(WARM_UP_MS);
  const keys = await keyTimes(shown);
  const late = keys.toSorted((one, other) => one - other)[Math.floor(keys.length * 0.95)] ?? Number.NaN;
  const young = await shown.cost(IDLE_MS);
  await setTimeout(Math.max(0, shown.drawnAt + YOUNG_MS - wallClock()));
  await untilNoMinuteEnds(IDLE_MS);
  const idle = await shown.cost(IDLE_MS);
  return [
    { name: `${name}: key to screen, 95th percentile`, value: ms(late), target: '20 ms' },
    { name: `${name}: idle in its first minute, of a core`, value: percent(young.cpu), target: '1 %' },
    { name: `${name}: idle, of a core`, value: percent(idle.cpu), target: '0.5 %' },
    { name: `${name}: bytes drawn while nothing changes`, value: String(idle.bytes), target: '0' },
  ];
};

const keyTimes = async (shown: ShownDashboard): Promise<number[]> => {
  const times: number[] = [];
  for (let at = 0; at < KEYS; at++) {
    times.push(await shown.keyTime(at % 2 === 0 ? 'k' : 'j'));
    await setTimeout(30);
  }
  return times;
};

/** The clock and the ages of older processes go by minutes. */
const untilNoMinuteEnds = async (forMs: number): Promise<void> => {
  const left = MINUTE - (Date.now() % MINUTE);
  if (left < forMs + 1_000) await setTimeout(left + 1_000);
};

const flooded = async (name: string, config: string): Promise<Figure[]> => {
  await using project = await Project.create({ 'sidecars.config.mjs': config });
  await using shown = await ShownDashboard.open(project, true);
  shown.press('1');
  await setTimeout(WARM_UP_MS);
  await shown.loop();
  const { cpu, frames } = await shown.cost(FLOOD_MS);
  const { lag } = await shown.loop();
  const rate = (frames / FLOOD_MS) * 1_000;
  return [
    { name: `${name}: of a core`, value: `${percent(cpu)} (${rate.toFixed(1)} frames/s)`, target: '20 %' },
    { name: `${name}: latest turn of the loop`, value: ms(lag), target: '50 ms' },
  ];
};

const heapOverFrames = async (): Promise<Figure> => {
  await using project = await Project.create({ 'sidecars.config.mjs': configOf({ db }) });
  await using shown = await ShownDashboard.open(project, true);
  const draw = async (frames: number): Promise<void> => {
    for (let at = 0; at < frames; at++) {
      await shown.keyTime(at % 2 === 0 ? 'k' : 'j');
      await setTimeout(FRAME_MS);
    }
  };
  await draw(FRAMES / 10);
  const before = await shown.loop();
  await draw(FRAMES);
  const grown = ((await shown.loop()).heap - before.heap) / 2 ** 20;
  const now = (before.heap / 2 ** 20).toFixed(1);
  return {
    name: `growth of the heap over ${FRAMES.toLocaleString('en')} frames`,
    value: `${grown.toFixed(1)} MiB (of ${now})`,
    target: '1 MiB',
  };
};

const frozen = async (): Promise<Figure> => {
  const primary = {
    command: [process.execPath, 'probed.mjs'],
    ports: { http: 'auto' },
    liveness: { http: '/', period: '50ms' },
  };
  await using project = await Project.create({
    'sidecars.config.mjs': configFile({ name: 'shop', primary }),
    'probed.mjs': PROBED,
  });
  await using shown = await ShownDashboard.open(project);
  await setTimeout(WARM_UP_MS);
  const from = Date.now();
  await shown.freeze(FROZEN_MS);
  const text = await readFile(project.path('asked.txt'), 'utf8');
  const times = text.split('\n').filter(Boolean).map(Number);
  const asked = [from, ...times.filter((at) => at > from), from + FROZEN_MS];
  const longest = Math.max(...asked.slice(1).map((at, before) => at - (asked[before] ?? at)));
  return {
    name: `terminal frozen for ${FROZEN_MS / 1_000} s: longest gap between probes`,
    value: ms(longest),
    target: '150 ms',
  };
};
