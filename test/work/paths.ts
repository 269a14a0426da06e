import { setTimeout } from 'node:timers/promises';
import { CLI } from '../support/command-line.ts';
import { configFile, Project } from '../support/project.ts';
import { type Counted, count, type Run, rehearse } from './callgrind.ts';

/** Each 64 KiB, which is what a pipe holds. */
const BLOCKS = 400;
const LINES_OF_BLOCK = 656;
const MANY = 100;
/** A config that has just been written is not remembered for the next start. */
const OLD_ENOUGH_MS = 300;

/**
 * Writes a block only when the one before has been read. So every read finds one block, however fast the reader is and
 * whatever else the machine does. 0x541B is FIONREAD.
 */
const WRITER = `
my $lines = join '', map { sprintf "%09d %s\\n", $_, 'x' x 89 } 1 .. ${LINES_OF_BLOCK - 1};
my $block = $lines . 'x' x (65536 - 1 - length $lines) . "\\n";
for (1 .. ${BLOCKS}) {
  for (my $left = pack 'L', 1; ; select undef, undef, undef, 0.001) {
    ioctl STDOUT, 0x541B, $left or die;
    last if unpack('L', $left) == 0;
  }
  syswrite(STDOUT, $block) == 65536 or die;
}
`;

const sleepers = Array.from({ length: MANY }, (_, at) => [`p${at}`, { command: ['sleep', '1000'] }]);
const ended = { command: ['true'] };

const PODS = {
  one: { primary: ended },
  writing: { primary: { command: ['perl', 'writer.pl'] } },
  many: { sidecars: Object.fromEntries(sleepers), primary: ended },
};

export const PATHS = {
  start: 'the start of a pod until its first process, without the start of Node',
  output: 'a line of 100 bytes, from a process to stdout and its log file',
  many: 'each of a hundred processes, launched and stopped',
};

export type Path = keyof typeof PATHS;
export type Counts = Readonly<Record<Path, number>>;

/** Instructions of each path. What a run has in common with a smaller one is taken away. */
export const countPaths = async (): Promise<Counts> => {
  const node = await countNode();
  const one = await countPod(PODS.one);
  const writing = await countPod(PODS.writing);
  const many = await countPod(PODS.many);
  if (one.untilLastSpawn === null)
    throw new Error(
      'no posix_spawn was seen: processes are started in another way, or koffi is not installed',
    );
  return {
    start: one.untilLastSpawn - node,
    output: (writing.total - one.total) / (BLOCKS * LINES_OF_BLOCK),
    many: (many.total - one.total) / MANY,
  };
};

const countNode = async (): Promise<number> => {
  await using project = await Project.create();
  return (await count({ args: ['-e', '0'], cwd: project.folder })).total;
};

const countPod = async (config: object): Promise<Counted> => {
  await using project = await Project.create({
    'sidecars.config.mjs': configFile(config),
    'writer.pl': WRITER,
  });
  const run: Run = { args: [CLI, 'up', '--ui', 'plain'], cwd: project.folder };
  await setTimeout(OLD_ENOUGH_MS);
  // The first one remembers the config, and the second one compiles what the next ones run.
  await rehearse(run);
  await rehearse(run);
  return await count(run);
};
