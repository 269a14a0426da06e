import type { Koffi } from './load-koffi.ts';

interface NativeProgram {
  /** Absolute path. */
  readonly path: string;
  /** Arguments from `argv[0]` on. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path. */
  readonly cwd: string;
  /** Descriptors of the program, with those of this process they copy, in this order; it gets no others. */
  readonly descriptors: ReadonlyMap<number, number>;
  readonly inOurSession: boolean;
}

/** `errno` 0: it runs as `pid`. */
export type NativeSpawn = (program: NativeProgram) => { readonly errno: number; readonly pid: number };

/** POSIX_SPAWN_SETSIGDEF and _SETSIGMASK: Node ignores SIGPIPE, and a child would too. */
const FLAGS = 0x04 | 0x08;
const POSIX_SPAWN_SETSID = 0x80;
/** More than any libc's posix_spawnattr_t (336 bytes) and posix_spawn_file_actions_t (80). */
const STRUCT_BYTES = 512;
const SIGNAL_SET_BYTES = 128;

/**
 * Starts programs without copying this process: the child borrows its memory until it has become the program. Node
 * forks, which takes five times the CPU time with 50 MB of memory, and more with more.
 */
export const bindPosixSpawn = (libc: ReturnType<Koffi['load']>): NativeSpawn => {
  const spawn = libc.func('int posix_spawn(void *, str, void *, void *, const char **, const char **)');
  const actions = bindFileActions(libc);
  const inOwnSession = makeAttributes(libc, FLAGS | POSIX_SPAWN_SETSID);
  let inOurs: Buffer | null = null;
  const pid = Buffer.alloc(4);
  return ({ path, args, env, cwd, descriptors, inOurSession }) => {
    const variables = Object.keys(env).map((name) => `${name}=${env[name]}`);
    if (inOurSession) inOurs ??= makeAttributes(libc, FLAGS);
    const attributes = inOurSession ? inOurs : inOwnSession;
    const prepared = actions.prepare(descriptors, cwd);
    const errno: number =
      prepared.errno || spawn(pid, path, prepared.actions, attributes, [...args, null], [...variables, null]);
    actions.release(prepared.actions);
    return { errno, pid: pid.readInt32LE() };
  };
};

const bindFileActions = (libc: ReturnType<Koffi['load']>) => {
  const init = libc.func('int posix_spawn_file_actions_init(void *)');
  const addDup2 = libc.func('int posix_spawn_file_actions_adddup2(void *, int, int)');
  const addChdir = libc.func('int posix_spawn_file_actions_addchdir_np(void *, str)');
  const destroy = libc.func('int posix_spawn_file_actions_destroy(void *)');
  return {
    /** `errno` 0: everything was prepared. A number above the limit of open files gives EBADF. */
    prepare: (descriptors: NativeProgram['descriptors'], cwd: string) => {
      const actions = Buffer.alloc(STRUCT_BYTES);
      let errno: number = init(actions);
      for (const [target, fd] of descriptors) errno ||= addDup2(actions, fd, target);
      errno ||= addChdir(actions, cwd);
      return { actions, errno };
    },
    release: (actions: Buffer): void => void destroy(actions),
  };
};

const makeAttributes = (libc: ReturnType<Koffi['load']>, flags: number): Buffer => {
  const attributes = Buffer.alloc(STRUCT_BYTES);
  libc.func('int posix_spawnattr_init(void *)')(attributes);
  libc.func('int posix_spawnattr_setflags(void *, short)')(attributes, flags);
  const all = Buffer.alloc(SIGNAL_SET_BYTES, 0xff);
  libc.func('int posix_spawnattr_setsigdefault(void *, void *)')(attributes, all);
  const none = Buffer.alloc(SIGNAL_SET_BYTES);
  libc.func('int posix_spawnattr_setsigmask(void *, void *)')(attributes, none);
  return attributes;
};
