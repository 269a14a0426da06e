import type { Exit } from '../model/exit.ts';
import type {
  EnvFileFailure,
  LaunchFailure,
  LaunchPart,
  ProgramFailure,
  SocketFailure,
  TakenPort,
} from '../model/failures/launch-failure.ts';
import type { StorageFailure } from '../model/failures/storage-failure.ts';
import { describeImage } from './container-failures.ts';
import { isolationText } from './isolation-failures.ts';
import { holderText } from './port-failures.ts';
import { storageFailureText } from './storage-failures.ts';

interface Description {
  /** States a fact. */
  readonly problem: string;
  /** Says what to do, or null if the problem says it or nobody knows. */
  readonly advice: string | null;
}

/** Says why something could not be started. It gives advice only where that is a part of the fact. */
export const launchFailureText = (failure: LaunchFailure): string => describeLaunchFailure(failure).problem;

/** Says why a run was not started, or has not ended. */
export const exitFailureText = (failure: NonNullable<Exit['failure']>): string => {
  switch (failure.kind) {
    case 'not-ended':
      return 'could not be ended';
    case 'lost':
      return 'did not go away after SIGKILL';
    default:
      return launchFailureText(failure);
  }
};

/** Says why something could not be started, and after the separator what to do about it, if that is known. */
export const advisedText = (failure: LaunchFailure, separator: ': ' | '; '): string => {
  const { problem, advice } = describeLaunchFailure(failure);
  return advice === null ? problem : `${problem}${separator}${advice}`;
};

const describeLaunchFailure = (failure: LaunchFailure): Description => {
  switch (failure.kind) {
    case 'program':
      return describeProgram(failure);
    case 'folder-missing':
      return { problem: `the folder is missing: ${failure.path}`, advice: 'create it, or correct cwd' };
    case 'not-a-folder':
      return { problem: `not a folder: ${failure.path}`, advice: 'correct cwd' };
    case 'refused':
      return describeRefused(failure.file, failure.code);
    case 'no-descriptors':
      return described(REFUSALS[failure.code]?.problem ?? failure.code, adviceOnShortage(failure.code));
    case 'no-terminal':
      return {
        problem: `the system gives it no terminal (${failure.code})`,
        advice: 'look at /dev/ptmx and at /proc/sys/kernel/pty, or leave tty out',
      };
    case 'text-too-long':
      return describeTooLong(
        failure.file,
        `${partText(failure.part)} has ${failure.bytes} bytes, but the system allows ${failure.limit}`,
      );
    case 'texts-too-long':
      return describeTooLong(
        failure.file,
        `all arguments and variables together have ${failure.bytes} bytes`,
      );
    case 'nul-character':
      return described(
        `cannot start ${failure.file.replaceAll('\0', '')}: ${partText(failure.part)} contains a NUL character`,
      );
    case 'env-file-missing':
    case 'env-file-unreadable':
    case 'env-file-not-text':
    case 'env-file-wrong':
      return described(envFileText(failure));
    case 'files-not-written':
      return described(filesNotWrittenText(failure.failure));
    case 'not-mounted':
      return described(storageFailureText(failure.failure));
    case 'not-isolated':
      return described(isolationText(failure.failure));
    case 'image':
      return describeImage(failure);
    case 'port-taken':
      return describeTaken(failure);
    case 'socket-not-opened':
      return described(socketText(failure), adviceOnShortage(failure.code));
    case 'internal-error':
      return described('an internal error of sidecarctl');
    default:
      return failure satisfies never;
  }
};

const described = (problem: string, advice: string | null = null): Description => ({ problem, advice });

const describeProgram = ({ file, obstacle }: ProgramFailure): Description => {
  switch (obstacle.kind) {
    case 'not-found':
      return described(`command not found: ${file}`, 'install it, or give its path');
    case 'not-executable':
      return described(`not executable: ${file}`, 'make it executable (chmod +x), or name its interpreter');
    case 'folder':
      return described(`not executable, as it is a folder: ${file}`, 'name a file in it');
    case 'dangling':
      return described(
        `${file} is a symlink to what is not there: ${obstacle.target}`,
        'install or build that, or point the symlink elsewhere (ln -sfn)',
      );
    case 'windows-lines':
      return described(
        `${file} has Windows line endings, so its interpreter is not found`,
        "convert it to Unix ones (sed -i 's/\\r$//' FILE), and let git keep them (eol=lf)",
      );
    case 'interpreter-missing':
      return described(
        `${file} is there, but its interpreter is not: ${obstacle.interpreter}`,
        'install that, or correct the first line',
      );
    case 'loader-missing':
      return described(
        `${file} is there, but what loads it is not: ${obstacle.loader}`,
        'it was built for another C library or system: get the build for this one',
      );
    default:
      return obstacle satisfies never;
  }
};

/** `word`: the first word of a shell line that only bash has. */
export const needsBashText = (word: string): string =>
  `${word} needs bash, but sh runs the command line; write ['bash', '-c', '…']`;

const NOT_PERMITTED = described(
  'not permitted to execute',
  'its file system may forbid it (noexec), or a folder above it',
);
const DESCRIPTORS = 'sidecarctl has too many files open to start it';

/** By the system's code: what to put before the name of the program, and what to do. */
const REFUSALS: Readonly<Record<string, Description>> = {
  EACCES: NOT_PERMITTED,
  EPERM: NOT_PERMITTED,
  EAGAIN: described(
    'this user may not start more processes (EAGAIN)',
    'a limit of this user (ulimit -u) or of its cgroup (pids.max) is reached',
  ),
  // The descriptor's number in the process is above the limit.
  EBADF: described(`${DESCRIPTORS} (EBADF)`),
  EMFILE: described(`${DESCRIPTORS} (EMFILE)`, 'raise the limit (ulimit -n) for sidecarctl'),
  ENFILE: described(
    'the system has too many files open to start it (ENFILE)',
    'raise the limit with sysctl fs.file-max',
  ),
  ENOMEM: described('there is not enough memory to start it (ENOMEM)', 'end other programs to free memory'),
  ETXTBSY: described('it is being written to right now (ETXTBSY)', 'wait until the build has finished'),
  ENOEXEC: described(
    'not a program for this system (ENOEXEC)',
    'it was built for another processor or system: get the build for this one',
  ),
  ELOOP: described('its symlinks form a loop (ELOOP)'),
};

const describeRefused = (file: string, code: string): Description => {
  const known = REFUSALS[code];
  return known === undefined
    ? described(`cannot start ${file}: ${code}`)
    : { ...known, problem: `${known.problem}: ${file}` };
};

/** Codes that mean the same whatever was to be opened. */
const SHORTAGES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

const adviceOnShortage = (code: string): string | null =>
  SHORTAGES.has(code) ? (REFUSALS[code]?.advice ?? null) : null;

const describeTooLong = (file: string, because: string): Description =>
  described(`${file} cannot be given that much (E2BIG): ${because}`, 'put long values into a file');

const partText = (part: LaunchPart): string => {
  switch (part.kind) {
    case 'argument':
      return 'an argument';
    case 'folder':
      return 'the folder';
    case 'variable':
      return `the variable ${part.name}`;
    default:
      return part satisfies never;
  }
};

const envFileText = (failure: EnvFileFailure): string => {
  const { path } = failure;
  switch (failure.kind) {
    case 'env-file-missing':
      return `the env file ${path} does not exist; create it, or mark it with required: false`;
    case 'env-file-unreadable':
      return `the env file ${path} cannot be read (${failure.cause})`;
    case 'env-file-not-text':
      return `the env file ${path} cannot be read (it contains NUL bytes: it must be text saved as UTF-8)`;
    case 'env-file-wrong':
      return `the env file ${path} cannot be read (line ${failure.line} is wrong: see 'sidecarctl check')`;
    default:
      return failure satisfies never;
  }
};

/** Says why the files of a process cannot be written, before its launch or by a reload. */
export const filesNotWrittenText = (failure: StorageFailure): string =>
  `its files cannot be written: ${storageFailureText(failure)}`;

const describeTaken = ({ port, holder }: TakenPort): Description =>
  described(
    `port ${port.port} (${port.name}) on ${port.host} is taken by ${holderText(holder)}`,
    'stop that process, or give the port another number, or auto',
  );

const socketText = ({ port: { name, port, host }, code }: SocketFailure): string => {
  const what = `cannot listen on port ${port} (${name}) on ${host} for it`;
  if (code === 'UNSUPPORTED')
    return `${what}: neither this platform nor this Node supports it; remove activate`;
  return code === 'EADDRINUSE' ? `${what}: the port is taken` : `${what} (${code})`;
};
