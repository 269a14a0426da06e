import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { ContainerEngineName } from '../../src/model/container-engines.ts';
import { CLI, CommandLine, cleanEnvironment } from '../support/command-line.ts';
import { canRun, IMAGE, makeImage, removeImage } from '../support/containers.ts';
import { eventually } from '../support/deadline.ts';
import { configFile, Project } from '../support/project.ts';
import { type Figure, median, runOnce, wallClock } from './measure.ts';

/** Its first act is a file, whose time is the kernel's. */
const ACT = 'touch /data/ran';
/** As pid 1, a shell obeys only signals that it has a trap for. */
const SERVE = `${ACT}; trap "exit 0" TERM; while true; do sleep 0.01; done`;

/** What a container costs beside the engine's own commands; nothing where no engine answers. */
export const benchContainers = async (runs: number): Promise<Figure[]> => {
  const figures: Figure[] = [];
  for (const engine of ['podman', 'docker'] as const) {
    if (!canRun(engine)) continue;
    makeImage(engine);
    figures.push(...(await benchStarts(engine, runs)), ...(await benchRestarts(engine, runs)));
    removeImage(engine);
  }
  return figures;
};

const ratioOf = (ours: readonly number[], theirs: readonly number[]): string => {
  const [one, other] = [median(ours), median(theirs)];
  return `${(one / other).toFixed(2)} x (${one.toFixed(0)} ms)`;
};

/** From the command to the first act of the container. */
const benchStarts = async (engine: ContainerEngineName, runs: number): Promise<Figure[]> => {
  const primary = { image: IMAGE, command: ['sh', '-c', ACT], mounts: { data: '/data' } };
  const config = { name: 'bench', container: { engine }, volumes: { data: { path: 'data' } }, primary };
  await using project = await Project.create({ 'sidecars.config.mjs': configFile(config), 'data/.keep': '' });
  const theirs: number[] = [];
  const ours: number[] = [];
  const mount = `type=bind,source=${project.path('data')},target=/data`;
  for (let round = 0; round <= runs; round++) {
    const own = await firstAct(project, engine, ['run', '--rm', '--mount', mount, IMAGE, 'sh', '-c', ACT]);
    const pod = await firstAct(project, process.execPath, [CLI, 'up', '--ui', 'json']);
    if (round === 0) continue;
    theirs.push(own);
    ours.push(pod);
  }
  const name = `container's first act / ${engine} run --rm`;
  return [{ name, value: ratioOf(ours, theirs), target: '1.3 x' }];
};

const firstAct = async (project: Project, file: string, args: readonly string[]): Promise<number> => {
  await rm(project.path('data/ran'), { force: true });
  const { startedAt } = await runOnce(file, args, { cwd: project.folder, env: cleanEnvironment() });
  return statSync(project.path('data/ran')).mtimeMs - startedAt;
};

/** From the command that restarts a container to the first act of the new one, beside that of the engine. */
const benchRestarts = async (engine: ContainerEngineName, runs: number): Promise<Figure[]> => {
  const web = { image: IMAGE, command: ['sh', '-c', SERVE], mounts: { data: '/data' } };
  const config = {
    ...{ name: 'bench', container: { engine }, volumes: { data: { path: 'data' } } },
    ...{ sidecars: { web }, primary: { command: ['sleep', '10000'] } },
  };
  await using project = await Project.create({ 'sidecars.config.mjs': configFile(config), 'data/.keep': '' });
  await using plain = await Project.create({ 'data/.keep': '' });
  await using run = new CommandLine(['up', '--ui', 'json'], project.folder);
  await run.state('web', 'ready');
  const name = `sidecarctl-bench-${process.pid}`;
  const mount = `type=bind,source=${plain.path('data')},target=/data`;
  const words = ['run', '--detach', `--name=${name}`, '--mount', mount, IMAGE, 'sh', '-c', SERVE];
  spawnSync(engine, words, { stdio: 'ignore' });
  const theirs: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round <= runs; round++) {
    const own = await nextAct(plain, engine, ['restart', name]);
    const pod = await nextAct(project, process.execPath, [CLI, 'restart', 'web']);
    if (round === 0) continue;
    theirs.push(own);
    ours.push(pod);
  }
  spawnSync(engine, ['rm', '--force', '--volumes', name], { stdio: 'ignore' });
  run.signal('SIGTERM');
  await run.exit();
  return [{ name: `container's restart / ${engine} restart`, value: ratioOf(ours, theirs), target: '1.0 x' }];
};

const nextAct = async (project: Project, file: string, args: readonly string[]): Promise<number> => {
  const ran = project.path('data/ran');
  await eventually(
    'the container to have begun',
    () => statSync(ran, { throwIfNoEntry: false }) !== undefined,
  );
  await rm(ran);
  const startedAt = wallClock();
  const child = spawn(file, args, { cwd: project.folder, env: cleanEnvironment(), stdio: 'ignore' });
  await once(child, 'close');
  await eventually('the new one to have begun', () => statSync(ran, { throwIfNoEntry: false }) !== undefined);
  return statSync(ran).mtimeMs - startedAt;
};
