// Ends pods of nasty processes at random: `npm run kills -- --cycles 500 --seed 7 [--as-nobody] [--without-koffi] [--isolated]`,
// or of containers: `npm run kills -- --cycles 200 --containers podman`.
// Prints its seed and figures, and ends with 1 when anything was left that should not have been.
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { CONTAINER_ENGINES, type ContainerEngineName } from '../../src/model/container-engines.ts';
import { CLI } from '../support/command-line.ts';
import { IMAGE, makeImage, removeImage } from '../support/containers.ts';
import { Random } from '../support/random.ts';
import { Census } from './census.ts';
import { type CycleResult, runCycle, type Subject } from './kill-cycle.ts';
import { CONTAINED_KINDS, compileNasty, KINDS } from './nasty-kinds.ts';

const NOBODY = { uid: 65534, gid: 65534 };

interface Options {
  readonly cycles: number;
  readonly seed: number;
  readonly jobs: number;
  readonly asNobody: boolean;
  readonly withoutKoffi: boolean;
  readonly isolated: boolean;
  /** The engine whose containers are the processes; null: they are processes of this machine. */
  readonly containers: ContainerEngineName | null;
}

const readOptions = (): Options => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    options: {
      cycles: text,
      seed: text,
      jobs: text,
      'as-nobody': flag,
      'without-koffi': flag,
      isolated: flag,
      containers: text,
    },
  });
  return {
    cycles: Number(values.cycles ?? 500),
    seed: Number(values.seed ?? Date.now() % 100_000),
    jobs: Number(values.jobs ?? 2),
    asNobody: values['as-nobody'],
    withoutKoffi: values['without-koffi'],
    isolated: values.isolated,
    containers: CONTAINER_ENGINES.find((engine) => engine === values.containers) ?? null,
  };
};

/** A copy of Node and of the built command that every user may run. */
const copySubject = (
  folder: string,
  { asNobody, withoutKoffi, isolated, containers: engine }: Options,
): Subject => {
  chmodSync(folder, 0o755);
  const home = join(folder, 'home');
  mkdirSync(home);
  const node = join(folder, 'node');
  cpSync(process.execPath, node);
  cpSync(dirname(CLI), join(folder, 'dist'), { recursive: true });
  const root = join(dirname(CLI), '..');
  const packages = withoutKoffi ? [] : ['node_modules/koffi', 'node_modules/@koromix'];
  for (const path of ['package.json', ...packages].filter((path) => existsSync(join(root, path))))
    cpSync(join(root, path), join(folder, path), { recursive: true });
  const nasty = join(folder, 'nasty');
  const compiled = compileNasty(nasty);
  if (asNobody) chownSync(home, NOBODY.uid, NOBODY.gid);
  return {
    words: [node, join(folder, 'dist/cli.js')],
    user: asNobody ? NOBODY : null,
    home,
    kinds:
      engine === null ? KINDS.filter(({ needsCompiler }) => compiled || !needsCompiler) : CONTAINED_KINDS,
    isolated,
    container: engine === null ? null : { engine, image: IMAGE },
    nasty,
  };
};

/** Each cycle has dice of its own, so that those that run at the same time do not change each other's. */
const runAll = async ({ cycles, seed, jobs }: Options, subject: Subject): Promise<readonly CycleResult[]> => {
  const results: CycleResult[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let number = next++; number < cycles; number = next++) {
      const result = await runCycle(number, new Random(seed * 100_003 + number), subject);
      results.push(result);
      if (isWrong(result)) tell(`cycle ${number}: ${describe(result)}`);
      if (results.length % 50 === 0) tell(`${results.length} cycles`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
};

/** What nobody was there to clean up is for the next command. */
const isWrong = ({ isWatched, left, leftForGood }: CycleResult): boolean =>
  leftForGood.length > 0 || (isWatched && left.length > 0);

const describe = ({ story, isWatched, left, leftForGood }: CycleResult): string =>
  [
    story,
    `  left ${isWatched ? 'by its guard' : 'for the next command'}: ${left.join('; ')}`,
    `  left by the next command: ${leftForGood.join('; ') || 'nothing'}`,
  ].join('\n');

const tell = (text: string): void => void process.stdout.write(`${text}\n`);

const main = async (): Promise<void> => {
  const options = readOptions();
  const folder = mkdtempSync(join(tmpdir(), 'sidecarctl-kills-'));
  const subject = copySubject(folder, options);
  if (options.containers !== null) makeImage(options.containers);
  const census = Census.open(`kills-${process.pid}`, ['']);
  const way = census.isExact ? 'a cgroup around each pod' : 'words in arguments';
  census.close();
  tell(`seed ${options.seed}, ${options.cycles} cycles, ${subject.kinds.length} kinds, counted by ${way}`);
  const results = await runAll(options, subject);
  rmSync(folder, { recursive: true, force: true });
  if (options.containers !== null) removeImage(options.containers);
  const count = (fits: (result: CycleResult) => boolean): number => results.filter(fits).length;
  const wrong = count(isWrong);
  tell(`nothing was left by        ${count(({ left }) => left.length === 0)}`);
  tell(`for the next command       ${count((result) => !isWrong(result) && result.left.length > 0)}`);
  tell(`left what nobody cleared   ${wrong}`);
  if (wrong > 0) process.exitCode = 1;
};

await main();
