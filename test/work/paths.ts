import { setTimeout } from 'node:timers/promises';
import { CLI } from '../support/command-line.ts';
import { configFile, Project } from '../support/project.ts';
import { type Counts, count, type Run, rehearse } from './callgrind.ts';

/** Each 64 KiB, which is what a pipe holds. */
const [WARM_UP_BLOCKS, BLOCKS] = [20, 120] as const;
const LINES_OF_BLOCK = 656;
const MANY = 100;
/** Seconds in which sidecarctl loads what it needs after the first launch, and V8 collects what a start leaves behind. */
const SETTLES = 14;
/** Seconds after which a pod has kept its code. */
const LASTS = 4;
/** A config that has just been written is not remembered for the next start. */
const OLD_ENOUGH_MS = 1_000;
const UP = [CLI, 'up', '--ui', 'plain'];

/**
 * Writes a block some time after the one before has been read, when its reader waits again. So every turn of the reader finds
 * one block, however fast it is and whatever else the machine does. 0x541B is FIONREAD.
 */
const WRITER = `
my $lines = join '', map { sprintf "%09d %s\\n", $_, 'x' x 89 } 1 .. ${LINES_OF_BLOCK - 1};
my $block = $lines . 'x' x (65536 - 1 - length $lines) . "\\n";
for (1 .. $ARGV[0]) {
  for (my $left = pack 'L', 1; ; select undef, undef, undef, 0.001) {
    ioctl STDOUT, 0x541B, $left or die;
    last if unpack('L', $left) == 0;
  }
  select undef, undef, undef, 0.04;
  syswrite(STDOUT, $block) == 65536 or die;
}
`;

const settles = { command: ['sleep', `${SETTLES}`] };
const ended = { command: ['true'] };
const writing = (blocks: number, after: string) => ({
  command: ['perl', 'writer.pl', `${blocks}`],
  dependsOn: [after],
});

const STARTING = { primary: ended };
const LASTING = { primary: { command: ['sleep', `${LASTS}`] } };
const WRITING = {
  init: { settles, warms: writing(WARM_UP_BLOCKS, 'settles'), writes: writing(BLOCKS, 'warms') },
  primary: ended,
};
const tasks = Array.from({ length: MANY }, (_, at) => [`p${at}`, { ...ended, dependsOn: ['settles'] }]);
const LAUNCHING = { init: { settles, ...Object.fromEntries(tasks) }, primary: ended };

export const PATHS = {
  start: 'the start of a pod until its first process, without the start of Node',
  output: 'a line of 100 bytes, from a process to stdout and its log file',
  many: 'each of a hundred processes, from its launch to its end',
};

export type Path = keyof typeof PATHS;
export type PathCounts = Readonly<Record<Path, number>>;

/** Instructions of each path. */
export const countPaths = async (): Promise<PathCounts> => {
  await using home = await Project.create();
  await fill(home.folder);
  const [node, starting] = await Promise.all([countNode(), countAgain(STARTING, home.folder)]);
  const [written, launched] = await Promise.all([
    countPod(WRITING, home.folder),
    countPod(LAUNCHING, home.folder),
  ]);
  return {
    start: sum(untilPrimary(starting, starting.length - 1)) - sum(node),
    // From the start of the task that writes to that of the primary, which waits for its end.
    output: sum(untilPrimary(written, 1)) / (BLOCKS * LINES_OF_BLOCK),
    many: sum(untilPrimary(launched, MANY)) / MANY,
  };
};

const sum = (counts: Counts): number => counts.reduce((all, each) => all + each, 0);

/** What came between so many spawns before that of the primary and that itself, which is the last one. */
const untilPrimary = (counts: Counts, spawns: number): Counts => {
  if (counts.length < 2 || counts.length <= spawns)
    throw new Error(
      'no posix_spawn was seen: processes are started in another way, or koffi is not installed',
    );
  return counts.slice(-1 - spawns, -1);
};

const countNode = async (): Promise<Counts> => {
  await using project = await Project.create();
  return await count({ args: ['-e', '0'], cwd: project.folder });
};

const folderOf = (config: object): Promise<Project> =>
  Project.create({ 'sidecars.config.mjs': configFile(config), 'writer.pl': WRITER });

/** A pod that lasts keeps its code for the next ones, which have nothing left to keep while they are counted. */
const fill = async (home: string): Promise<void> => {
  await using project = await folderOf(LASTING);
  await rehearse({ args: UP, cwd: project.folder, home });
};

const countPod = async (config: object, home: string): Promise<Counts> => {
  await using project = await folderOf(config);
  return await count({ args: UP, cwd: project.folder, home });
};

/** As a user starts a pod again: the config is known, and the code has been compiled. */
const countAgain = async (config: object, home: string): Promise<Counts> => {
  await using project = await folderOf(config);
  const run: Run = { args: UP, cwd: project.folder, home };
  await setTimeout(OLD_ENOUGH_MS);
  // The first one remembers the config, and the second one compiles what the next ones run.
  await rehearse(run);
  await rehearse(run);
  return await count(run);
};
