import { closeSync } from 'node:fs';
import { type BindAtOnce, bindBindAtOnce } from './bind-at-once.ts';
import { bindConnectAtOnce, type ConnectAtOnce } from './connect-at-once.ts';
import { type Koffi, loadKoffi } from './load-koffi.ts';
import { bindPosixSpawn, type NativeSpawn } from './posix-spawn.ts';
import { AF_UNIX, SOCK_CLOEXEC, SOCK_STREAM } from './socket-address.ts';

/** Functions of the C library that Node has no call for. The descriptors it opens are not inherited. */
export interface Libc {
  /**
   * Creates a pipe. `waits`: reads block, as programs expect; otherwise both ends return at once. Null if there are no
   * descriptors left.
   */
  pipe(reads?: 'waits'): { readonly reading: number; readonly writing: number } | null;
  /** Creates two connected sockets, for bytes in both directions; null if there are no descriptors left. */
  socketPair(): { readonly ours: number; readonly theirs: number } | null;
  /** Copies up to `bytes` from one pipe to another without emptying it. Negative: see `errno`. */
  tee(from: number, to: number, bytes: number): number;
  /** Lets a pipe hold so many bytes. Negative: see `errno`. */
  resizePipe(pipe: number, bytes: number): number;
  /** Moves up to `bytes` from a pipe to the position of a file. Negative: see `errno`. */
  splice(pipe: number, file: number, bytes: number): number;
  /** Makes `target` a copy of descriptor `fd`. Negative: see `errno`. */
  duplicate(fd: number, target: number): number;
  /** Asks a device, or sets something of it. Negative: see `errno`. */
  ioctl(fd: number, request: number, argument: Buffer): number;
  /** Throws away what a terminal's program has not read. Negative: see `errno`. */
  flushInput(terminal: number): number;
  /** Begins to listen on a bound socket. Negative: see `errno`. */
  listen(socket: number, backlog: number): number;
  /** Connects to a port of this machine, and closes the connection. */
  connectAtOnce: ConnectAtOnce;
  /** Opens a socket with an address. */
  bindAtOnce: BindAtOnce;
  /** Sends a netlink message to a subsystem of the kernel and returns all answers; null if that is not available. */
  askKernel(subsystem: number, message: Buffer): readonly Buffer[] | null;
  /** Error number of the last call that failed. */
  errno(): number;
  /** Soft value of a limit of this process, or null if it cannot be read. */
  softLimit(resource: number): bigint | null;
  /** Sets a soft limit, which later children inherit. It has no effect if the hard limit forbids it. */
  setSoftLimit(resource: number, value: bigint): void;
  /**
   * Makes processes below this one its children when they lose their parents. Returns false if the kernel cannot do
   * that.
   */
  becomeSubreaper(): boolean;
  spawn: NativeSpawn;
  /** Pid of a child that has ended, without waiting for it; null if there is none. */
  endedChild(): number | null;
  /** Wait status of an ended child, which is then forgotten; null while it runs. */
  wait(pid: number): number | null;
}

const [O_NONBLOCK, O_CLOEXEC] = [0o4000, 0o2000000];
const [AF_NETLINK, SOCK_RAW, MSG_DONTWAIT] = [16, 3, 0x40];
const [NLMSG_ERROR, NLMSG_DONE] = [2, 3];
const NETLINK_HEADER = 16;
/** The kernel fills 32 KiB at most at a time. */
const NETLINK_BYTES = 64 * 1024;
const SPLICE_F_NONBLOCK = 2;
const F_SETPIPE_SZ = 1031;
const TCIFLUSH = 0;
const [WNOHANG, WEXITED, WNOWAIT] = [1, 4, 0x0100_0000];
const P_ALL = 0;
/** Size of `siginfo_t`, and the place of the pid in it on 64-bit machines. */
const [SIGINFO_BYTES, SIGINFO_PID] = [128, 16];
const PR_SET_CHILD_SUBREAPER = 36;
/** If somebody else has waited for a child, its end is unknown: exit code 1. */
const UNKNOWN_STATUS = 0x0100;
/** Architectures on which `struct rlimit` is two 64-bit little-endian numbers. */
const ARCHITECTURES = ['x64', 'arm64', 'riscv64', 'loong64'];

let loaded: Libc | null | undefined;

/** Returns the C library if something has loaded it. */
export const loadedLibc = (): Libc | null => loaded ?? null;

/**
 * Loads the C library on Linux with the optional dependency koffi; otherwise returns null. The first call blocks for
 * about 3 ms.
 *
 * @example
 * loadLibc()?.wait(pid)
 */
export const loadLibc = (): Libc | null => {
  if (loaded === undefined) loaded = canBind() ? bind() : null;
  return loaded;
};

const canBind = (): boolean => process.platform === 'linux' && ARCHITECTURES.includes(process.arch);

const bind = (): Libc | null => {
  const koffi = loadKoffi();
  if (koffi === null) return null;
  try {
    return declare(koffi);
  } catch {
    // The C library lacks one of the functions: glibc before 2.29.
    return null;
  }
};

const declare = (koffi: Koffi): Libc => {
  const libc = koffi.load(null);
  const pipe2 = libc.func('int pipe2(void *, int)');
  const ends = Buffer.alloc(8);
  return {
    pipe: (reads) => {
      if (pipe2(ends, (reads === 'waits' ? 0 : O_NONBLOCK) | O_CLOEXEC) !== 0) return null;
      return { reading: ends.readInt32LE(0), writing: ends.readInt32LE(4) };
    },
    socketPair: onFirstUse(() => declareSocketPair(libc)),
    tee: onFirstUse(() => declareTee(libc)),
    resizePipe: onFirstUse(() => declareResizePipe(libc)),
    splice: onFirstUse(() => declareSplice(libc)),
    duplicate: onFirstUse(() => libc.func('int dup2(int, int)')),
    ioctl: onFirstUse(() => libc.func('int ioctl(int, unsigned long, void *)')),
    flushInput: onFirstUse(() => declareFlush(libc)),
    listen: onFirstUse(() => libc.func('int listen(int, int)')),
    connectAtOnce: onFirstUse(() => bindConnectAtOnce(libc, () => koffi.errno())),
    bindAtOnce: onFirstUse(() => bindBindAtOnce(libc, () => koffi.errno())),
    errno: () => koffi.errno(),
    askKernel: onFirstUse(() => declareNetlink(libc)),
    ...declareLimits(libc),
    becomeSubreaper: declareSubreaper(libc),
    spawn: bindPosixSpawn(libc),
    endedChild: onFirstUse(() => declareEndedChild(libc)),
    wait: onFirstUse(() => declareWait(libc)),
  };
};

/** Declaring a function takes about 50 µs, which a start without it need not wait for. */
const onFirstUse = <A extends unknown[], R>(declareIt: () => (...given: A) => R): ((...given: A) => R) => {
  let declared: ((...given: A) => R) | null = null;
  return (...given) => {
    declared ??= declareIt();
    return declared(...given);
  };
};

const declareSocketPair = (libc: ReturnType<Koffi['load']>): Libc['socketPair'] => {
  const socketpair = libc.func('int socketpair(int, int, int, void *)');
  return () => {
    const ends = Buffer.alloc(8);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) !== 0) return null;
    return { ours: ends.readInt32LE(0), theirs: ends.readInt32LE(4) };
  };
};

const declareTee = (libc: ReturnType<Koffi['load']>): Libc['tee'] => {
  const tee = libc.func('long tee(int, int, unsigned long, unsigned int)');
  return (from, to, bytes) => tee(from, to, bytes, SPLICE_F_NONBLOCK);
};

const declareFlush = (libc: ReturnType<Koffi['load']>): Libc['flushInput'] => {
  const flush = libc.func('int tcflush(int, int)');
  return (terminal) => flush(terminal, TCIFLUSH);
};

const declareSplice = (libc: ReturnType<Koffi['load']>): Libc['splice'] => {
  const splice = libc.func('long splice(int, void *, int, void *, unsigned long, unsigned int)');
  return (pipe, file, bytes) => splice(pipe, null, file, null, bytes, SPLICE_F_NONBLOCK);
};

const declareResizePipe = (libc: ReturnType<Koffi['load']>): Libc['resizePipe'] => {
  const fcntl = libc.func('int fcntl(int, int, unsigned long)');
  return (pipe, bytes) => fcntl(pipe, F_SETPIPE_SZ, bytes);
};

const declareNetlink = (libc: ReturnType<Koffi['load']>): Libc['askKernel'] => {
  const socket = libc.func('int socket(int, int, int)');
  const send = libc.func('long send(int, void *, unsigned long, int)');
  const receive = libc.func('long recv(int, void *, unsigned long, int)');
  const buffer = Buffer.alloc(NETLINK_BYTES);
  return (subsystem, message) => {
    const fd: number = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, subsystem);
    if (fd < 0) return null;
    try {
      if (send(fd, message, message.length, 0) !== message.length) return null;
      return answersOf(() => {
        const length = Number(receive(fd, buffer, buffer.length, MSG_DONTWAIT));
        return length > 0 ? buffer.subarray(0, length) : null;
      });
    } finally {
      closeSync(fd);
    }
  };
};

/** Payloads of a dump, which the kernel ends with a message of its own; null if it reports an error. */
const answersOf = (next: () => Buffer | null): readonly Buffer[] | null => {
  const answers: Buffer[] = [];
  for (let part = next(); part !== null; part = next()) {
    for (let at = 0; at + NETLINK_HEADER <= part.length; ) {
      const length = part.readUInt32LE(at);
      const type = part.readUInt16LE(at + 4);
      if (type === NLMSG_DONE) return answers;
      if (type === NLMSG_ERROR || length < NETLINK_HEADER) return null;
      answers.push(Buffer.from(part.subarray(at + NETLINK_HEADER, at + length)));
      at += (length + 3) & ~3;
    }
  }
  return null;
};

const declareSubreaper = (libc: ReturnType<Koffi['load']>): Libc['becomeSubreaper'] => {
  const prctl = libc.func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');
  return () => prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) === 0;
};

const declareEndedChild = (libc: ReturnType<Koffi['load']>): Libc['endedChild'] => {
  const waitid = libc.func('int waitid(int, unsigned int, void *, int)');
  const info = Buffer.alloc(SIGINFO_BYTES);
  return () => {
    // The kernel does not write to it when no child has ended.
    info.fill(0);
    if (waitid(P_ALL, 0, info, WEXITED | WNOHANG | WNOWAIT) !== 0) return null;
    return info.readInt32LE(SIGINFO_PID) || null;
  };
};

const declareLimits = (libc: ReturnType<Koffi['load']>): Pick<Libc, 'softLimit' | 'setSoftLimit'> => {
  const getrlimit = libc.func('int getrlimit(int, void *)');
  const setrlimit = libc.func('int setrlimit(int, void *)');
  const limit = Buffer.alloc(16);
  return {
    softLimit: (resource) => (getrlimit(resource, limit) === 0 ? limit.readBigUInt64LE() : null),
    setSoftLimit: (resource, value) => {
      if (getrlimit(resource, limit) !== 0) return;
      limit.writeBigUInt64LE(value);
      setrlimit(resource, limit);
    },
  };
};

const declareWait = (libc: ReturnType<Koffi['load']>): Libc['wait'] => {
  const waitpid = libc.func('int waitpid(int, void *, int)');
  const status = Buffer.alloc(4);
  return (pid) => {
    const result: number = waitpid(pid, status, WNOHANG);
    if (result === 0) return null;
    return result === pid ? status.readInt32LE() : UNKNOWN_STATUS;
  };
};
