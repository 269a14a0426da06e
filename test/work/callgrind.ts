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
}

/** The instructions of a run. */
export interface Counted {
  readonly total: number;
  /** Until it starts the last one of its processes; null: it started none, or not by posix_spawn. */
  readonly untilLastSpawn: number | null;
}

/**
 * The C library copies large blocks by an instruction that callgrind counts for each byte, from a size on that depends on the
 * processor: those were a third of what a line takes. It is to copy all of them in the same loop.
 */
const COPIES = ['x86_rep_movsb_threshold', 'x86_rep_stosb_threshold', 'x86_non_temporal_threshold'];
const NEVER = '0x7fffffff';

/** Nothing of the user's decides it, and no variable's length. Whatever is cached, is cached for this folder. */
const environment = (folder: string): Record<string, string> => ({
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: folder,
  XDG_CACHE_HOME: folder,
  GLIBC_TUNABLES: COPIES.map((name) => `glibc.cpu.${name}=${NEVER}`).join(':'),
});

/** The same run without being counted, which fills the caches that the second one finds. */
export const rehearse = (run: Run): Promise<void> =>
  carryOut(process.execPath, [...IN_TURN, ...run.args], run.cwd);

/** Counts instructions in user mode by callgrind, in this process and none that it starts. */
export const count = async (run: Run): Promise<Counted> => {
  const folder = await mkdtemp(join(tmpdir(), 'sidecarctl-count-'));
  try {
    const tool = ['--tool=callgrind', `--dump-before=${POSIX_SPAWN}`, `--callgrind-out-file=${folder}/out`];
    await carryOut('valgrind', ['-q', ...tool, process.execPath, ...IN_TURN, ...run.args], run.cwd);
    return await readCounts(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** What it prints goes to a file: a pipe would be read when its reader has time. */
const carryOut = async (file: string, args: readonly string[], cwd: string): Promise<void> => {
  const path = join(cwd, 'printed.txt');
  await using printed = await open(path, 'w');
  const stdio = ['ignore', printed.fd, printed.fd] as const;
  const child = spawn(file, args, { cwd, env: environment(cwd), stdio: [...stdio] });
  const [code] = await once(child, 'exit');
  if (code === 0) return;
  const text = await readFile(path, 'utf8');
  throw new Error(`${file} ${args.join(' ')} exited with ${code}:\n${text.slice(-SHOWN)}`);
};

/** `out.1`, `out.2` and so on: what came before each of the spawns; `out`: what came after the last. */
const readCounts = async (folder: string): Promise<Counted> => {
  const files = await readdir(folder);
  const totals = await Promise.all(
    files.map(async (file) => [file, totalOf(await readFile(join(folder, file), 'utf8'))] as const),
  );
  const sum = (counts: typeof totals) => counts.reduce((all, [, total]) => all + total, 0);
  const before = totals.filter(([file]) => file !== 'out');
  return { total: sum(totals), untilLastSpawn: before.length === 0 ? null : sum(before) };
};

const totalOf = (profile: string): number => Number(/^totals: (\d+)$/m.exec(profile)?.[1]);
