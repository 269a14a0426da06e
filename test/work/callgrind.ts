import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What V8 does in other threads, and at times of its choice, is done in turn and at the same places in every run. The
 * collector marks in one go: in steps, it goes by the clock. What remains is a spread of 0.2 %; without these, it is 3 to 9 %.
 */
const IN_TURN = [
  '--predictable',
  '--single-threaded',
  '--hash-seed=1',
  '--random-seed=1',
  '--no-incremental-marking',
];

/** As exported by every glibc since 2.15 on x86-64. */
const POSIX_SPAWN = 'posix_spawn@@GLIBC_2.15';

/** Characters of what a failed run has printed. */
const SHOWN = 2_000;

export interface Run {
  /** Of Node, before those of the program. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** Where it may keep what the next run finds; without, nothing is kept. */
  readonly home?: string;
}

/** The instructions of a run, up to its first posix_spawn, from each to the next, and from the last one to its end. */
export type Counts = readonly number[];

/**
 * The C library copies large blocks by an instruction that callgrind counts for each byte, from a size on that depends on the
 * processor: those were a third of what a line takes. It is to copy all of them in the same loop.
 */
const COPIES = ['x86_rep_movsb_threshold', 'x86_rep_stosb_threshold', 'x86_non_temporal_threshold'];
const NEVER = '0x7fffffff';

/** Not a folder: nothing can be made in it. */
const NOWHERE = '/dev/null';

/** Nothing of the user's decides it, and no variable's length. */
const environment = (home: string): Record<string, string> => ({
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: home,
  GLIBC_TUNABLES: COPIES.map((name) => `glibc.cpu.${name}=${NEVER}`).join(':'),
});

/** The same run without being counted, which fills the caches that the second one finds. */
export const rehearse = (run: Run): Promise<void> =>
  carryOut([process.execPath, ...IN_TURN, ...run.args], run);

/** Counts instructions in user mode by callgrind, in this process and none that it starts. */
export const count = async (run: Run): Promise<Counts> => {
  const folder = await mkdtemp(join(tmpdir(), 'sidecarctl-count-'));
  try {
    const tool = ['--tool=callgrind', `--dump-before=${POSIX_SPAWN}`, `--callgrind-out-file=${folder}/out`];
    await carryOut(['valgrind', '-q', ...tool, process.execPath, ...IN_TURN, ...run.args], run);
    return await readCounts(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** What it prints goes to a file: a pipe would be read when its reader has time. */
const carryOut = async (words: readonly [string, ...string[]], { cwd, home }: Run): Promise<void> => {
  const path = join(cwd, 'printed.txt');
  await using printed = await open(path, 'w');
  const child = spawn(words[0], words.slice(1), {
    cwd,
    env: environment(home ?? NOWHERE),
    stdio: ['ignore', printed.fd, printed.fd],
  });
  const [code] = await once(child, 'exit');
  if (code === 0) return;
  const text = await readFile(path, 'utf8');
  throw new Error(`${words.join(' ')} exited with ${code}:\n${text.slice(-SHOWN)}`);
};

/** `out.1`, `out.2` and so on: what came before each of the spawns; `out`: what came after the last. */
const readCounts = async (folder: string): Promise<Counts> => {
  const dumps = (await readdir(folder)).length - 1;
  const files = [...Array.from({ length: dumps }, (_, at) => `out.${at + 1}`), 'out'];
  return await Promise.all(files.map(async (file) => totalOf(await readFile(join(folder, file), 'utf8'))));
};

const totalOf = (profile: string): number => Number(/^totals: (\d+)$/m.exec(profile)?.[1]);
