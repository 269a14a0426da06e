import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Connection } from '../../src/control/client/connection.ts';
import { CLI, CommandLine, cleanEnvironment } from '../support/command-line.ts';
import { Project } from '../support/project.ts';
import { type Figure, median, runOnce } from './measure.ts';

const FOLLOWERS = 50;
const MEASURED_MS = 3_000;
const TICK_MS = 10;
/** A thousand lines a second, of 100 bytes. */
const CHATTER = `const line = 'x'.repeat(99) + '\\n'; setInterval(() => process.stdout.write(line.repeat(10)), 10);`;

const CONFIG = `
export default {
  sidecars: { chatter: { command: ['node', '-e', ${JSON.stringify(CHATTER)}] } },
  primary: { command: ['sleep', '600'], dependsOn: [] },
};
`;

/** What it takes to ask a pod, and what it takes of a pod to be followed. */
export const benchControl = async (runs: number): Promise<Figure[]> => {
  await using project = await Project.create({ 'sidecars.config.mjs': CONFIG });
  await using run = new CommandLine(['up', '--ui', 'json'], project.folder);
  await run.state('primary', 'ready');
  const asked = await askStatus(project, runs);
  const alone = await cpuOf(run.pid);
  const end = new AbortController();
  const { socket } = JSON.parse(
    readFileSync(project.path('.sidecarctl/pods/sidecars.config.mjs.json'), 'utf8'),
  );
  let lines = 0;
  const following = Array.from({ length: FOLLOWERS }, () =>
    new Connection(socket).follow('logs?follow=1&tail=0', end.signal, () => {
      lines += 1;
    }),
  );
  const followed = await cpuOf(run.pid);
  end.abort();
  await Promise.all(following);
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return [
    { name: 'sidecarctl status / node -e 0', value: asked, target: '3 x' },
    {
      name: `a core, 1,000 lines/s, ${FOLLOWERS} followers`,
      value: `${percent(followed)} (none: ${percent(alone)}; ${lines} lines)`,
      target: '-',
    },
  ];
};

const askStatus = async (project: Project, runs: number): Promise<string> => {
  const [node, status]: [number[], number[]] = [[], []];
  const options = { cwd: project.folder, env: cleanEnvironment() };
  for (let round = 0; round <= runs; round++) {
    const empty = await runOnce(process.execPath, ['-e', '0']);
    const asked = await runOnce(process.execPath, [CLI, 'status'], options);
    // The first round fills caches and does not count.
    if (round === 0) continue;
    node.push(empty.took);
    status.push(asked.took);
  }
  return `${(median(status) / median(node)).toFixed(2)} x (${median(status).toFixed(1)} ms)`;
};

/** The share of a core that a process takes over a while. */
const cpuOf = async (pid: number): Promise<number> => {
  const [before, from] = [ticksOf(pid), performance.now()];
  await setTimeout(MEASURED_MS);
  return ((ticksOf(pid) - before) * TICK_MS) / (performance.now() - from);
};

const ticksOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
};
