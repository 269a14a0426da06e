import { readFile } from 'node:fs/promises';
import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { Project } from '../support/project.ts';
import { type Figure, median, runOnce } from './measure.ts';

/** Listens after a while that no poller can know, and notes when. */
const SERVER = `
import { createServer } from 'node:net';
import { writeFileSync } from 'node:fs';
setTimeout(() => {
  createServer((socket) => socket.destroy()).listen(Number(process.env.PORT), '127.0.0.1', () => {
    writeFileSync('listening.txt', String(performance.timeOrigin + performance.now()));
  });
}, Number(process.env.DELAY));
`;

const CONFIG = `
import { defineConfig } from 'sidecarctl';
export default defineConfig({
  sidecars: { server: { command: [process.execPath, 'server.mjs'], ports: { main: 'auto' } } },
  primary: { command: 'date +%s%N > launched.txt' },
});
`;

/** From a dependency's port answering to the dependent's first act. */
export const benchGate = async (runs: number): Promise<Figure[]> => {
  await using project = await Project.create({ 'sidecars.config.ts': CONFIG, 'server.mjs': SERVER });
  const latencies: number[] = [];
  for (let round = 0; round < runs; round++) latencies.push(await gateLatency(project));
  const worst = Math.max(...latencies);
  return [
    {
      name: 'port answers -> dependent launched',
      value: `${median(latencies).toFixed(1)} ms (worst ${worst.toFixed(1)} ms)`,
      target: '30 ms',
    },
  ];
};

const gateLatency = async (project: Project): Promise<number> => {
  const env = { ...cleanEnvironment(), DELAY: String(200 + Math.random() * 800) };
  await runOnce(process.execPath, [CLI, 'dev', '--ui', 'json'], { cwd: project.folder, env });
  const read = async (file: string) => Number(await readFile(project.path(file), 'utf8'));
  return (await read('launched.txt')) / 1e6 - (await read('listening.txt'));
};
