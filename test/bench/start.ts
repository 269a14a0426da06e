import { readFile } from 'node:fs/promises';
import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { Project } from '../support/project.ts';
import { type Figure, median, runOnce } from './measure.ts';
import { liveInTurns } from './peers/life.ts';
import { findPeers, NF, OURS } from './peers/tools.ts';

const CONFIG = `
import { defineConfig } from 'sidecarctl';
export default defineConfig({
  sidecars: { first: { command: 'date +%s%N > first.txt; exec sleep 60' } },
  primary: { command: ['true'] },
});
`;

/** Of thirty processes, two are ready-made sidecars. Nobody waits for anybody but the primary, for the first. */
const LARGE_CONFIG = `
import { defineConfig } from 'sidecarctl';
const others = Array.from({ length: 26 }, (_, at) => [\`other-\${at}\`, { command: ['sleep', '60'] }]);
export default defineConfig({
  sidecars: {
    first: { command: 'date +%s%N > first.txt; exec sleep 60' },
    sink: { use: 'log-sink' },
    edge: { use: 'ambassador', with: { to: 'primary' } },
    ...Object.fromEntries(others),
  },
  primary: { command: 'exec sleep 1', ports: { http: 'auto' }, readiness: false, dependsOn: ['first'] },
});
`;

/** How long until the version is out, and until the first process of a pod runs; both against an empty Node. */
export const benchStart = async (runs: number): Promise<Figure[]> => {
  await using project = await Project.create({ 'sidecars.config.ts': CONFIG });
  await using large = await Project.create({ 'sidecars.config.ts': LARGE_CONFIG });
  const node: number[] = [];
  const version: number[] = [];
  const firstChild: number[] = [];
  const firstOfMany: number[] = [];
  // The first round fills caches and does not count.
  for (let round = 0; round <= runs; round++) {
    const empty = await runOnce(process.execPath, ['-e', '0']);
    const asked = await runOnce(process.execPath, [CLI, '--version']);
    const launched = await launchFirst(project);
    const launchedOfMany = await launchFirst(large);
    if (round === 0) continue;
    node.push(empty.took);
    version.push(asked.took);
    firstChild.push(launched);
    firstOfMany.push(launchedOfMany);
  }
  const base = median(node);
  const ratio = (values: readonly number[]) =>
    `${(median(values) / base).toFixed(2)} x (${median(values).toFixed(1)} ms)`;
  return [
    { name: 'node -e 0', value: `${base.toFixed(1)} ms`, target: '-' },
    { name: 'sidecarctl --version / node -e 0', value: ratio(version), target: '1.5 x' },
    { name: 'first child launched / node -e 0', value: ratio(firstChild), target: '1.45 x' },
    {
      name: 'first child of 30 processes in TypeScript, 2 ready-made / node -e 0',
      value: ratio(firstOfMany),
      target: '1.6 x',
    },
    ...(await besideNf(runs)),
  ];
};

/** From the start of the supervisor to the first act of its first process, by that process's own clock. */
const launchFirst = async (project: Project): Promise<number> => {
  const env = cleanEnvironment();
  const { startedAt } = await runOnce(process.execPath, [CLI, 'dev', '--ui', 'json'], {
    cwd: project.folder,
    env,
  });
  const at = Number(await readFile(project.path('first.txt'), 'utf8')) / 1e6;
  return at - startedAt;
};

const besideNf = async (runs: number): Promise<Figure[]> => {
  const nf = findPeers(process.env['BENCH_PEERS'] ?? '').get(NF) ?? null;
  if (nf === null) return [];
  const [own = [], other = []] = await liveInTurns([OURS, nf], 1, runs);
  const ours = own.map(({ launched }) => launched);
  const theirs = other.map(({ launched }) => launched);
  const value = `${(median(ours) / median(theirs)).toFixed(2)} x (${median(theirs).toFixed(1)} ms)`;
  return [{ name: 'first child launched / by nf', value, target: '1.0 x' }];
};
