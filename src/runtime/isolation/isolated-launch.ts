import { basename } from 'node:path';
import type { IsolationWay } from '../../model/failures/isolation-failure.ts';
import type { IsolationSpec, MountSpec } from '../../model/pod-spec.ts';
import { behindShell } from '../launch/behind-shell.ts';
import type { Spawnable } from '../launch/shell-command.ts';
import { mountedPath } from '../volumes/mounted-path.ts';
import { mountPointLines, pointLine } from './mount-points.ts';
import type { Programs } from './programs.ts';

/** The programs that create namespaces, and the rights they use. */
export interface Namespaces {
  readonly programs: Programs;
  readonly way: IsolationWay;
}

interface Surroundings {
  /** Absolute path, resolved again once the mounts are there. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Argument of `timeout` for no limit. */
const NEVER = '0';
/** 68 years in seconds. */
const FOR_EVER = '2147483647';

/**
 * Wraps the command in namespaces of its own.
 *
 * With mounts alone, the launched process becomes the command, as usual. A pid namespace needs two more processes. The
 * launched process becomes a `timeout` without limit, outside the namespace: it waits, and ends as the command ends, by
 * its code or its signal, which a first process could not and a shell does not do. Inside, a `sleep` is the first
 * process, and asks the kernel to leave it no zombies. The kernel ends the `sleep` with the launched process, and with
 * it the whole namespace; and it ends the launched process with the supervisor. If the parent dies before the kernel
 * has been asked for that, a check of the parent afterwards finds it.
 */
export const isolatedLaunch = (
  spawnable: Spawnable,
  isolation: IsolationSpec,
  { programs, way }: Namespaces,
  { cwd, env }: Surroundings,
): Spawnable => {
  const { ownPids, mounts } = isolation;
  const inside = [
    ...inFolder(programs, cwd),
    ...(ownPids ? [programs.timeout, '--foreground', NEVER] : []),
    ...unprivileged(programs, way),
    ...(ownPids ? [programs.setsid] : []),
  ];
  const fail = ownPids ? FAIL_WITH_FIRST : FAIL;
  const orFail = (...words: readonly string[]): string => `${inWords(...words)} || ${fail}`;
  const setup = [
    ...(ownPids ? [`[ "$PPID" = ${process.pid} ] || ${FAIL}`, firstProcess(programs, way)] : []),
    ...mountLines(programs, mounts).map((line) => `${line} || ${fail}`),
    ...(ownPids
      ? [
          orFail(programs.mount, '-n', '-t', 'proc', '-o', 'nosuid,nodev,noexec', 'proc', '/proc'),
          untilFirstIsThere(programs),
        ]
      : []),
  ];
  const shell = behindShell(inFront(inside, spawnable), env, setup.join('\n'), 'sh');
  return inFront([...(ownPids ? endsWithParent(programs) : []), ...unshare(programs, way, ownPids)], shell);
};

/**
 * Those above others come first. A bind mount takes no options of its own: it gets them once all are there, because points may
 * have to be made in it.
 */
const mountLines = (programs: Programs, mounts: readonly MountSpec[]): readonly string[] => {
  const sorted = mounts.toSorted((a, b) => a.path.length - b.path.length);
  const bound = sorted.flatMap((mount) => [
    pointLine(mount, programs),
    inWords(programs.mount, '-n', '--rbind', mountedPath(mount), mount.path),
  ]);
  const readOnly = sorted.filter((mount) => mount.readOnly);
  return [
    // A function has no end of its own that could fail.
    ...mountPointLines(sorted, programs),
    ...bound,
    ...readOnly.map(({ path }) => inWords(programs.mount, '-n', '-o', 'remount,bind,ro', path)),
  ];
};

const inWords = (...words: readonly string[]): string => words.map(quoted).join(' ');

/** Wraps the command in the namespaces of a running process; the kernel ends it along with that one. */
export const enteringLaunch = (
  spawnable: Spawnable,
  root: number,
  { programs, way }: Namespaces,
  cwd: string,
): Spawnable => {
  const of = (namespace: string): string => `/proc/${root}/ns/${namespace}`;
  const user = way === 'privileged' ? [] : [`--user=${of('user')}`, '--preserve-credentials'];
  const enter = [
    programs.nsenter,
    ...user,
    `--mount=${of('mnt')}`,
    `--pid=${of('pid_for_children')}`,
    '--no-fork',
  ];
  // Unlike nsenter and timeout, unshare neither dies of a terminal's Ctrl-C nor passes it on a second time.
  const waiting = [programs.unshare, `--wd=${cwd}`, '--fork', '--kill-child'];
  return inFront([...enter, ...waiting], spawnable);
};

const inFront = ([file = '', ...args]: readonly string[], behind: Spawnable): Spawnable => ({
  file,
  args: [...args, behind.file, ...behind.args],
  verbatim: false,
});

/** Later mounts of the machine are visible inside; mounts made inside are not visible outside. */
const unshare = ({ unshare }: Programs, way: IsolationWay, ownPids: boolean): readonly string[] => [
  unshare,
  // The rights of the namespace's owner must last through the shell and mount, which do not run as root.
  ...(way === 'privileged' ? [] : ['--user', '--map-current-user', '--keep-caps']),
  '--mount',
  '--propagation=slave',
  ...(ownPids ? ['--pid'] : []),
];

const inFolder = ({ unshare }: Programs, folder: string): readonly string[] => [unshare, `--wd=${folder}`];

const unprivileged = ({ setpriv }: Programs, way: IsolationWay): readonly string[] =>
  way === 'privileged' ? [] : [setpriv, '--ambient-caps=-all', '--inh-caps=-all'];

const endsWithParent = ({ setpriv }: Programs): readonly string[] => [setpriv, '--pdeathsig=KILL'];

/**
 * The first child becomes the first process of the namespace. It must keep no output and no socket open. Its parent is
 * outside the namespace, and only the /proc outside has its pid, which may be hidden by a mount by then.
 */
const firstProcess = (programs: Programs, way: IsolationWay): string => {
  const words = [
    ...unprivileged(programs, way),
    ...endsWithParent(programs),
    '/bin/sh',
    '-c',
    UNLESS_ORPHANED,
    'sh',
    // A trap does not work: dash catches this signal regardless.
    programs.env,
    '--ignore-signal=CHLD',
    programs.sleep,
    FOR_EVER,
  ];
  const closed = [3, 4, 5, 6, 7, 8].map((fd) => `${fd}>&-`).join(' ');
  const launch = `SIDECARCTL_PARENT=$$ ${words.map(quoted).join(' ')} </dev/null >/dev/null 2>&1 ${closed} &`;
  // Opened before the fork: a slow child would find the /proc of the namespace.
  return `{ ${launch} } 9</proc`;
};

/** The second field after the name is the parent. */
const UNLESS_ORPHANED = [
  'read -r stat </proc/self/fd/9/self/stat',
  'parent=${stat##*) ? }',
  '[ "${parent%% *}" = "$SIDECARCTL_PARENT" ] || exit',
  'unset SIDECARCTL_PARENT',
  'exec "$@" 9<&-',
].join('\n');

const FAIL = 'exit 126';
/** The first process may not be tied to its parent's end yet. */
const FAIL_WITH_FIRST = `{ kill -s KILL $!; ${FAIL}; }`;

/**
 * Until it has become the `sleep`, its parent's end does not end it: a command that ended earlier would leave it behind
 * for ever. Nearly always it is ready before the mounts are.
 */
const untilFirstIsThere = ({ sleep }: Programs): string => {
  const name = quoted(`1 (${basename(sleep)}) `);
  // This must not overwrite a variable of the command.
  const line = 'SIDECARCTL_FIRST';
  return [
    `while read -r ${line} </proc/1/stat || ${FAIL_WITH_FIRST}; do`,
    `case $${line} in *') Z'*) ${FAIL};; ${name}*) break;; esac`,
    'done',
    `unset ${line}`,
  ].join('\n');
};

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
