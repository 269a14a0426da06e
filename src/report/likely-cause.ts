import type { PortHolder } from '../core/port-failure.ts';
import type { LastExit, StateName } from '../core/process-state.ts';
import type { Reason } from '../core/reason.ts';
import { quoted } from './wording.ts';

/** What there is to judge by. */
export interface FailureFacts {
  readonly reason: Reason | null;
  readonly lastExit: LastExit | null;
  /** The newest of its output, oldest first. */
  readonly lines: readonly string[];
  /** The TCP ports of the pod's other processes. */
  readonly neighbours: readonly Neighbour[];
  /** Who has the port that it could not have. */
  readonly portHolder: PortHolder | null;
}

export interface Neighbour {
  readonly name: string;
  readonly state: StateName;
  readonly ports: readonly number[];
}

/** Why a process has failed, as far as its end and its own words tell; null where they do not. */
export const likelyCause = (facts: FailureFacts): string | null => {
  for (const find of CAUSES) {
    const cause = find(facts);
    if (cause !== null) return cause;
  }
  return null;
};

/** A port that a process says it could not listen on; null where it says no such thing. */
export const portInUse = (lines: readonly string[]): number | null => {
  const line = lines.findLast((each) => IN_USE.test(each));
  if (line === undefined) return null;
  const near = [line, ...lines.filter((each) => /\bport\b/i.test(each))];
  const found = near.flatMap((each) => /(?::|port[:\s=]+['"]?)(\d{2,5})\b/i.exec(each)?.[1] ?? []);
  return found[0] === undefined ? null : Number(found[0]);
};

const IN_USE = /EADDRINUSE|address (is )?already in use|port \d+ is (already )?(in use|taken|allocated)/i;

type Rule = (facts: FailureFacts) => string | null;

// What the supervisor knows comes before what the process says; what says more comes before what says less.

const notStarted: Rule = ({ lastExit }) => {
  const { status, message } = lastExit?.exit ?? {};
  if (message === undefined || message === null || (status !== 126 && status !== 127)) return null;
  return `${message}: ${status === 127 ? 'install it, or give its path' : 'make it executable, or name its interpreter'}`;
};

const waiting: Rule = ({ reason }) => {
  if (reason?.kind !== 'waits') return null;
  const names = reason.blockers.map(({ process, state }) => `${process} (${state})`);
  return `it never started: it waits for ${names.join(', ')}, whose own failure is what to look at`;
};

const probe: Rule = ({ reason }) =>
  reason?.kind === 'probe-failed' ? `its ${reason.probe} probe failed, which kills: ${reason.message}` : null;

const hook: Rule = ({ reason }) =>
  reason?.kind === 'hook-failed' ? `its ${reason.hook} hook failed: ${reason.message}` : null;

const portTaken: Rule = ({ lines, portHolder }) => {
  if (!lines.some((line) => IN_USE.test(line))) return null;
  const port = portInUse(lines);
  const name = port === null ? 'the port it listens on' : `port ${port}`;
  const holder =
    portHolder === null
      ? 'by another process'
      : portHolder.kind === 'process'
        ? `by pid ${portHolder.pid} (${quoted(portHolder.command)})`
        : `by a process of user ${portHolder.uid}`;
  return `${name} is taken ${holder}; with a port 'auto' in the config and PORT in the app there is always a free one`;
};

const heap: Rule = ({ lines }) =>
  saidIn(lines, /heap out of memory|OutOfMemoryError|MemoryError|Cannot allocate memory|ENOMEM/i) === null
    ? null
    : 'it ran out of memory by its own account';

/** A kill of ours is known as such; whatever else sends SIGKILL is most often the kernel. */
const killed: Rule = ({ lastExit }) => {
  if (lastExit === null || lastExit.after !== 'itself') return null;
  const { signal, code } = lastExit.exit;
  if (signal === 'SIGKILL' || code === 137)
    return 'SIGKILL came from outside of sidecarctl: most often the kernel, when memory is short (dmesg tells)';
  return signal === 'SIGSEGV' || signal === 'SIGBUS' || signal === 'SIGILL' || code === 139
    ? `it crashed in native code (${signal ?? 'SIGSEGV'}): look at native modules and their versions`
    : null;
};

const missingModule: Rule = ({ lines }) => {
  const found = saidIn(
    lines,
    /Cannot find (?:module|package) '([^']+)'|No module named '?([\w.]+)|no required module provides package (\S+)|cannot load such file -- (\S+)|Could not (?:resolve|find) ["']([^"']+)/,
  );
  if (found === null) return null;
  return /^[./]/.test(found)
    ? `the file ${found}, which it loads, is not there: a wrong path, or a build that has not run`
    : `the module ${found} is not installed where it looks for it`;
};

const syntax: Rule = ({ lines }) => {
  const found = saidIn(lines, /\b((?:SyntaxError|IndentationError|TS\d{4,5})\b.*)/);
  return found === null ? null : `its code, or a file it reads, has a syntax error: ${found}`;
};

const missingVariable: Rule = ({ lines }) => {
  const variable = String.raw`['"\x60]?\b([A-Z][A-Z0-9]*_[A-Z0-9_]*|[A-Z]{4,})\b['"\x60]?`;
  const said = new RegExp(
    `${variable}(?: environment variable)?:? (?:is|must be|was|are) (?:required|missing|not set|unset|undefined|not defined|set)|` +
      `(?:missing|required|undefined|unset|no) (?:required )?(?:env(?:ironment)?(?: variable)?s?)[: ]+${variable}|` +
      `KeyError: ${variable}|${variable}: parameter (?:not set|null or not set)|${variable}: unbound variable`,
    'i',
  );
  const found = saidIn(lines, said, isConstantCase);
  return found === null ? null : `the environment variable ${found} is not set: give it in env or envFile`;
};

const isConstantCase = (text: string): boolean => text === text.toUpperCase();

const refused: Rule = ({ lines, neighbours }) => {
  const line = lines.findLast((each) => /ECONNREFUSED|connection refused/i.test(each));
  if (line === undefined) return null;
  const port = Number(
    /:(\d{2,5})\b/.exec(line.slice(line.search(/ECONNREFUSED|connection refused/i)))?.[1] ??
      /:(\d{2,5})\b/.exec(line)?.[1],
  );
  const neighbour = neighbours.find(({ ports }) => ports.includes(port));
  if (neighbour === undefined)
    return `what it connects to does not answer${Number.isNaN(port) ? '' : ` on port ${port}`}, and no process of the pod has that port`;
  const advice =
    neighbour.state === 'ready' ? 'was it ready by then? dependsOn waits for it' : `it is ${neighbour.state}`;
  return `it could not connect to ${neighbour.name} on port ${port}: ${advice}`;
};

const notPermitted: Rule = ({ lines }) => {
  const found = saidIn(lines, /((?:EACCES|EPERM|[Pp]ermission denied).*)/);
  return found === null ? null : `something is not permitted to this user: ${found}`;
};

const diskFull: Rule = ({ lines }) =>
  saidIn(lines, /ENOSPC|No space left on device/i) === null
    ? null
    : 'a disk is full, or has no watches left (ENOSPC)';

const tooManyFiles: Rule = ({ lines }) =>
  saidIn(lines, /EMFILE|Too many open files/i) === null
    ? null
    : 'it has too many files open: ulimit -n raises the limit';

const unknownHost: Rule = ({ lines }) => {
  const found = saidIn(lines, /(?:ENOTFOUND|EAI_AGAIN) (\S+)|could not translate host name "([^"]+)"/);
  return found === null
    ? null
    : `the host name ${found} cannot be resolved: processes of a pod are found at 127.0.0.1, by their ports`;
};

const missingFile: Rule = ({ lines }) => {
  const found = saidIn(
    lines,
    /ENOENT: no such file or directory, \w+ '([^']+)'|([^\s:]+): No such file or directory|No such file or directory: '([^']+)'/,
  );
  return found === null ? null : `the file ${found} is not there`;
};

/** A shell's way to say it, for a command further inside. */
const notFoundInShell: Rule = ({ lastExit, lines }) => {
  if (lastExit?.exit.code !== 127) return null;
  const found = saidIn(lines, /(?:\d+: )?([^\s:]+): (?:command )?not found/);
  return `${found === null ? 'a command' : `the command ${found}`} is not there: install it, or give its path`;
};

const notReady: Rule = ({ reason }) =>
  reason?.kind === 'not-ready' ? `it runs, but its probe fails: ${reason.message}` : null;

const CAUSES: readonly Rule[] = [
  notStarted,
  waiting,
  hook,
  portTaken,
  heap,
  killed,
  missingModule,
  syntax,
  missingVariable,
  notFoundInShell,
  unknownHost,
  refused,
  diskFull,
  tooManyFiles,
  notPermitted,
  missingFile,
  probe,
  notReady,
];

/** What the newest line that matches says, or the match itself. */
const saidIn = (
  lines: readonly string[],
  pattern: RegExp,
  isMeant: (text: string) => boolean = () => true,
): string | null => {
  for (const line of lines.toReversed()) {
    const match = pattern.exec(line);
    const found = match?.slice(1).find((group) => group !== undefined) ?? match?.[0];
    if (found !== undefined && isMeant(found)) return found.trim();
  }
  return null;
};
