import { basename } from 'node:path';
import type { IsolationWay } from '../../model/failures/isolation-failure.ts';
import type { IsolationSpec } from '../../model/pod-spec.ts';
import { behindShell } from '../launch/behind-shell.ts';
import type { Spawnable } from '../launch/shell-command.ts';
import type { Programs } from './programs.ts';

/** What namespaces are made with, and by which rights. */
export interface Namespaces {
  readonly programs: Programs;
  readonly way: IsolationWay;
}

interface Surroundings {
  /** Absolute: looked up anew once the mounts are there. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Of `timeout`: no limit. */
const NEVER = '0';
/** 68 years. */
const FOR_EVER = '2147483647';

/**
 * The command in namespaces of its own.
 *
 * With mounts alone the launched process becomes the command, as everywhere. A pid namespace takes two more. The
 * launched process becomes a `timeout` that never comes, outside of the namespace: it waits, and ends as the command has
 * ended, by its code or by its signal, which a first process could not and a shell does not. Inside, a `sleep` is the
 * first process, and asks the kernel not to leave it any zombies. The kernel ends the `sleep` with the launched process,
 * and with it all of the namespace; and the launched process with the supervisor. A parent that dies before the kernel
 * has been asked for that is found by looking who the parent is afterwards.
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
  const orFail = (...words: readonly string[]): string => `${words.map(quoted).join(' ')} || ${fail}`;
  const setup = [
    ...(ownPids ? [`[ "$PPID" = ${process.pid} ] || ${FAIL}`, firstProcess(programs, way)] : []),
    ...mounts.map(({ source, path }) => orFail(programs.mount, '-n', '--rbind', source, path)),
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

/** The command in the namespaces of a process that runs; the kernel ends it with that one. */
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
  // Other than nsenter and timeout, unshare neither ends of a terminal's Ctrl-C nor passes it on a second time.
  const waiting = [programs.unshare, `--wd=${cwd}`, '--fork', '--kill-child'];
  return inFront([...enter, ...waiting], spawnable);
};

const inFront = ([file = '', ...args]: readonly string[], behind: Spawnable): Spawnable => ({
  file,
  args: [...args, behind.file, ...behind.args],
  verbatim: false,
});

/** Mounts of the machine that come later are seen; what is mounted inside is not seen outside. */
const unshare = ({ unshare }: Programs, way: IsolationWay, ownPids: boolean): readonly string[] => [
  unshare,
  // The rights of the namespace's owner must last through the shell and mount, which are not root.
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
 * The first to be forked is the first process of the namespace. It must hold no output and no socket open. Its parent is
 * outside of the namespace, and its pid is told by the /proc of there alone, which may have been mounted over by then.
 */
const firstProcess = (programs: Programs, way: IsolationWay): string => {
  const words = [
    ...unprivileged(programs, way),
    ...endsWithParent(programs),
    '/bin/sh',
    '-c',
    UNLESS_ORPHANED,
    'sh',
    // Not by a trap: dash catches this signal all the same.
    programs.env,
    '--ignore-signal=CHLD',
    programs.sleep,
    FOR_EVER,
  ];
  const closed = [3, 4, 5, 6, 7, 8].map((fd) => `${fd}>&-`).join(' ');
  const launch = `SIDECARCTL_PARENT=$$ ${words.map(quoted).join(' ')} </dev/null >/dev/null 2>&1 ${closed} &`;
  // Opened before the fork: a child that is slow to open it would find the /proc of the namespace.
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
/** The first process may not be bound to the end of its parent yet. */
const FAIL_WITH_FIRST = `{ kill -s KILL $!; ${FAIL}; }`;

/**
 * Until it has become the `sleep`, the end of its parent does not end it: a command that was over sooner would leave it
 * behind for ever. In nearly all cases it is there before the mounts are.
 */
const untilFirstIsThere = ({ sleep }: Programs): string => {
  const name = quoted(`1 (${basename(sleep)}) `);
  // A variable of the command's own must not be written over.
  const line = 'SIDECARCTL_FIRST';
  return [
    `while read -r ${line} </proc/1/stat || ${FAIL_WITH_FIRST}; do`,
    `case $${line} in *') Z'*) ${FAIL};; ${name}*) break;; esac`,
    'done',
    `unset ${line}`,
  ].join('\n');
};

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
