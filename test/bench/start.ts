import { readFile } from 'node:fs/promises';
import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { Project } from '../support/project.ts';
import { type Figure, median, runOnce } from './measure.ts';

const CONFIG = `
import { defineConfig } from 'sidecarctl';
export default defineConfig({
  sidecars: { first: { command: 'date +%s%N > first.txt; exec sleep 60' } },
  primary: { command: ['true'] },
});
`;

/** How long until the version is out, and until the first process of a pod runs; both against an empty Node. */
export const benchStart = async (runs: number): Promise<Figure[]> => {
  await using project = await Project.create({ 'sidecars.config.ts': CONFIG });
  const node: number[] = [];
  const version: number[] = [];
  const firstChild: number[] = [];
  // The first round fills caches and does not count.
  for (let round = 0; round <= runs; round++) {
    const empty = await runOnce(process.execPath, ['-e', '0']);
    const asked = await runOnce(process.execPath, [CLI, '--version']);
    const launched = await launchFirst(project);
    if (round === 0) continue;
    node.push(empty.took);
    version.push(asked.took);
    firstChild.push(launched);
  }
  const base = median(node);
  const ratio = (values: readonly number[]) =>
    `${(median(values) / base).toFixed(2)} x (${median(values).toFixed(1)} ms)`;
  return [
    { name: 'node -e 0', value: `${base.toFixed(1)} ms`, target: '-' },
    { name: 'sidecarctl --version / node -e 0', value: ratio(version), target: '1.5 x' },
    { name: 'first child launched / node -e 0', value: ratio(firstChild), target: '2.0 x' },
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
