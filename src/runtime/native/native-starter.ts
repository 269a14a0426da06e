import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import { behindShell } from '../launch/behind-shell.ts';
import type { Started } from '../launch/child.ts';
import { limitFiles } from '../launch/mark-behind-shell.ts';
import { errorCodeOf } from '../launch/program-search.ts';
import { ProgramsOfTurn } from '../launch/programs-of-turn.ts';
import { isCompiled } from '../launch/script-interpreter.ts';
import type { Spawnable } from '../launch/shell-command.ts';
import { notifyPipesOf } from '../probes/notify-channel.ts';
import type { Orphans } from '../process-tree/orphans.ts';
import { fileLimitAtStart, RLIMIT_NOFILE } from './file-limit.ts';
import type { Libc } from './libc.ts';
import { NativeChildren } from './native-child.ts';
import { NativePipes } from './native-pipes.ts';

interface NativeOptions {
  /** Absolute path. */
  readonly cwd: string;
  /** Whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Descriptors by their numbers in the process. None may be one of the numbers that come before it. */
  readonly descriptors: ReadonlyMap<number, number>;
  /** Default: in a session of its own. */
  readonly inOurSession?: boolean;
  /** Soft value of RLIMIT_LOCKS. */
  readonly locksLimit: bigint | null;
  /** Adds two pipes as its next descriptors, to report by either that it is ready. */
  readonly notify?: boolean;
}

const RLIMIT_LOCKS = 10;
/** Number of files that other threads may open while the limit is lowered. */
const LEFT_TO_OTHERS = 64;

/**
 * Starts programs by `posix_spawn`, with the mark already set: without a fork of this process, and without a shell that
 * marks itself. It works only in a process of our own: this process has the mark during a start, and children that
 * other code starts from another thread meanwhile would inherit it.
 */
export class NativeStarter {
  readonly libc: Libc;
  readonly #children: NativeChildren;
  readonly #ownLimit: bigint | null;
  readonly #ownFiles: bigint | null;
  readonly #filesAtStart = fileLimitAtStart();
  readonly #programs = new ProgramsOfTurn();
  /** Descriptor of /dev/null. */
  readonly nothing = openSync('/dev/null', 'r+');

  /** `orphans`: other children that this process has to wait for; null: none. */
  constructor(libc: Libc, orphans: Orphans | null) {
    this.libc = libc;
    this.#children = new NativeChildren(libc, orphans);
    this.#ownLimit = libc.softLimit(RLIMIT_LOCKS);
    this.#ownFiles = libc.softLimit(RLIMIT_NOFILE);
  }

  start(spawnable: Spawnable, options: NativeOptions): Started {
    const { cwd, env } = options;
    const { file, args } = spawnable;
    const found = this.#programs.find(file, cwd, env);
    if ('obstacle' in found) return { ok: false, code: Promise.resolve(errorCodeOf(found.obstacle)) };
    if ([file, cwd, ...args].some((text) => text.includes('\0'))) return failed(constants.errno.EINVAL);
    const { notify = false } = options;
    const pipes = NativePipes.open(this.libc, notify ? 2 : 0);
    if (pipes === null) return failed(constants.errno.EMFILE);
    const descriptors = new Map([
      ...options.descriptors,
      ...numbered(options.descriptors.size, pipes.theirs),
    ]);
    const { errno, pid } = this.#launch(found.path, spawnable, { ...options, descriptors });
    if (errno !== 0) {
      pipes.close();
      return failed(errno);
    }
    const child = this.#children.add(pid, pipes.handedOver());
    return { ok: true, pid, child, notify: notifyPipesOf(child, notify) };
  }

  /** Node has raised the limit of open files. If more are open than the original limit allows, a shell lowers it. */
  #launch(path: string, spawnable: Spawnable, options: NativeOptions) {
    const { descriptors } = options;
    const limit = this.#filesAtStart;
    const own = this.#ownFiles;
    const spawn = () => this.#spawn(path, [spawnable.file, ...spawnable.args], options);
    if (limit === null || own === null) return spawn();
    const highest = Math.max(...descriptors.keys(), ...descriptors.values(), this.#lowestFree());
    if (highest + LEFT_TO_OTHERS >= limit) {
      const { file, args } = behindShell({ ...spawnable, file: path }, options.env, limitFiles(limit), 'sh');
      return this.#spawn(file, [file, ...args], options);
    }
    this.libc.setSoftLimit(RLIMIT_NOFILE, BigInt(limit));
    const spawned = spawn();
    this.libc.setSoftLimit(RLIMIT_NOFILE, own);
    return spawned;
  }

  #lowestFree(): number {
    try {
      const fd = openSync('/dev/null', 'r');
      closeSync(fd);
      return fd;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  }

  #spawn(path: string, args: readonly string[], options: NativeOptions) {
    const { cwd, descriptors, locksLimit, inOurSession = false } = options;
    const program = { path, args, env: inFolder(options), cwd, descriptors, inOurSession };
    if (locksLimit !== null) this.libc.setSoftLimit(RLIMIT_LOCKS, locksLimit);
    const spawned = this.libc.spawn(program);
    const isScript = spawned.errno === constants.errno.ENOEXEC && !isCompiled(path);
    // A text whose first line names no interpreter is run by the shell, as execvp does.
    const shown = isScript
      ? this.libc.spawn({ ...program, path: '/bin/sh', args: ['/bin/sh', path, ...args.slice(1)] })
      : spawned;
    if (this.#ownLimit !== null) this.libc.setSoftLimit(RLIMIT_LOCKS, this.#ownLimit);
    return shown;
  }
}

const numbered = (first: number, fds: readonly number[]): ReadonlyArray<readonly [number, number]> =>
  fds.map((fd, index) => [first + index, fd]);

/** A shell sets PWD for everything it starts. */
const inFolder = ({ env, cwd }: NativeOptions): Readonly<Record<string, string>> =>
  'PWD' in env && env['PWD'] !== cwd ? { ...env, PWD: cwd } : env;

const failed = (errno: number): Started => ({
  ok: false,
  code: Promise.resolve(getSystemErrorName(-errno)),
});
