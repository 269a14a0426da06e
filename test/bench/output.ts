import { fileURLToPath } from 'node:url';
import { CLI } from '../support/command-line.ts';
import { configFile, Project } from '../support/project.ts';
import { type Figure, median } from './measure.ts';
import { timed } from './timed.ts';

const GENERATOR = fileURLToPath(new URL('../support/numbered-lines.mjs', import.meta.url));
const BYTES = 200e6;
const LINES = BYTES / 100;

/** 200 MB of 100-byte lines, from the generator's first byte to the end of the command that shows them. */
export const benchOutput = async (runs: number): Promise<Figure[]> => {
  const alone: number[] = [];
  const one: number[] = [];
  const onePiped: number[] = [];
  const ten: number[] = [];
  const tenPiped: number[] = [];
  // The first round fills caches and does not count.
  for (let round = 0; round <= runs; round++) {
    const into = round === 0 ? () => undefined : (list: number[], value: number) => list.push(value);
    into(alone, await generatorAlone());
    into(one, await throughPod(1, '> /dev/null'));
    into(onePiped, await throughPod(1, '| cat > /dev/null'));
    into(ten, await throughPod(10, '> /dev/null'));
    into(tenPiped, await throughPod(10, '| cat > /dev/null'));
  }
  const figure = (name: string, values: readonly number[], target: string): Figure => ({
    name,
    value: `${median(values).toFixed(0)} MB/s`,
    target,
  });
  return [
    figure('generator alone, into cat', alone, '-'),
    figure('output of 1 process, to /dev/null', one, '400 MB/s'),
    figure('output of 1 process, into cat', onePiped, '400 MB/s'),
    figure('output of 10 processes, to /dev/null', ten, '300 MB/s'),
    figure('output of 10 processes, into cat', tenPiped, '300 MB/s'),
  ];
};

const generatorAlone = async (): Promise<number> => {
  await using project = await Project.create();
  return await timed(
    project,
    `'${process.execPath}' '${GENERATOR}' ${LINES} started-0 | cat > /dev/null`,
    BYTES,
  );
};

const throughPod = async (processes: number, target: string): Promise<number> => {
  const generators = Array.from({ length: processes }, (_, index) => [
    `generator-${index}`,
    { command: [process.execPath, GENERATOR, String(LINES / processes), `started-${index}`] },
  ]);
  const config = configFile({ init: Object.fromEntries(generators), primary: { command: ['true'] } });
  await using project = await Project.create({ 'sidecars.config.mjs': config });
  return await timed(project, `'${process.execPath}' '${CLI}' up --ui plain 2> /dev/null ${target}`, BYTES);
};
