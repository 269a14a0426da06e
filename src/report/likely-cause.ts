import type { LastExit } from '../model/exit.ts';
import type { ProgramFailure } from '../model/failures/launch-failure.ts';
import type { PortHolder } from '../model/failures/port-failure.ts';
import { hostsOverlap, readAddress } from '../model/ip-address.ts';
import type { ProbeTarget } from '../model/pod-spec.ts';
import type { Reason } from '../model/reason.ts';
import type { Role, StateName } from '../model/vocabulary.ts';
import { containerRefusal } from './container-refusals.ts';
import { findingText } from './findings.ts';
import { advisedText } from './launch-failures.ts';
import { quoted } from './phrases.ts';
import { PROBE_FAILS } from './wording.ts';

/** The facts that a likely cause is derived from. */
export interface FailureFacts {
  readonly role: Role;
  readonly reason: Reason | null;
  /** Exit of the last run; null while the process runs. */
  readonly lastExit: LastExit | null;
  /** Exit statuses of its newest runs, newest first. */
  readonly statuses: readonly number[];
  /** Newest output of its run, oldest line first. */
  readonly lines: readonly string[];
  /** True if its main process left others behind, which were ended. */
  readonly leftOthers: boolean;
  /** True if the kernel has killed something for lack of memory since the pod began; null if it does not tell. */
  readonly memoryKills: boolean | null;
  /** Reason why its shell could not start the program, or null. */
  readonly obstacle: ProgramFailure | null;
  /** Addresses that it listens on, or null if they are not known. */
  readonly listening: readonly Address[] | null;
  /** Target of the probe that it waits for. */
  readonly asked: ProbeTarget | null;
  /** True if it runs in a container. */
  readonly isContained: boolean;
  /** Numbers of its own ports. */
  readonly ownPorts: readonly number[];
  /** TCP ports of the pod's other processes. */
  readonly neighbours: readonly Neighbour[];
  /** Owner of the port that it could not get. */
  readonly portHolder: PortHolder | null;
}

export interface Address {
  /** Address as the system writes it: IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** For a socket on all IPv6 addresses: true if it is on all IPv4 addresses as well. */
  readonly takesV4: boolean;
}

interface Neighbour {
  readonly name: string;
  readonly state: StateName;
  readonly ports: readonly number[];
}

/** Returns the likely cause of a process's failure, from its exit and its output, or null. */
export const likelyCause = (facts: FailureFacts): string | null => {
  for (const find of CAUSES) {
    const cause = find(facts);
    if (cause !== null) return cause;
  }
  return null;
};

/** Returns the port that a process says it could not listen on, or null. */
export const portInUse = (lines: readonly string[]): number | null => {
  const line = lines.findLast((each) => IN_USE.test(each));
  if (line === undefined) return null;
  const near = [line, ...lines.filter((each) => /\bport\b/i.test(each))].map((each) =>
    each.replace(TIME, ''),
  );
  const found = near.flatMap((each) => /(?::|port[:\s=]+['"]?|['"], ?)(\d{2,5})\b/i.exec(each)?.[1] ?? []);
  return found[0] === undefined ? null : Number(found[0]);
};

/** Times in a line look like ports. */
const TIME = /\d{1,2}:\d{2}:\d{2}/g;

/** Wordings of Node, Python, Go, Rust, Java and .NET, of Django, Gunicorn, Spring, Bun and create-react-app. */
const IN_USE = new RegExp(
  [
    'EADDRINUSE|AddrInUse|address (?:is )?already in use|connection in use: ',
    String.raw`port:? \d+ (?:is |was )?(?:already |currently )?(?:in use|taken|allocated|occupied|being used)`,
    String.raw`(?:that|this|the) port is already in use|is port \d+ (?:already )?in use\?`,
    'already (?:running|listening) on port|only one usage of each socket address',
  ].join('|'),
  'i',
);

type Rule = (facts: FailureFacts) => string | null;

// Rules that use the supervisor's own facts come before those that use the process's output; more specific rules come
// first.

const notStarted: Rule = ({ lastExit, reason }) => {
  // A process that runs has been started, so its shell is not the cause.
  if (reason?.kind === 'not-ready') return null;
  const failure = lastExit?.exit.failure ?? null;
  if (failure === null || failure.kind === 'not-ended' || failure.kind === 'lost') return null;
  return advisedText(failure, ': ');
};

/** For a port that is taken there is a rule that names the holder. */
const notContained: Rule = ({ isContained, lastExit, lines }) =>
  !isContained || lastExit === null || lines.some((line) => IN_USE.test(line))
    ? null
    : containerRefusal(lastExit.exit.code, lines);

const waiting: Rule = ({ reason }) => {
  if (reason?.kind !== 'waits') return null;
  const names = reason.blockers.map(({ process, state }) => `${process} (${state})`);
  return `it never started: it waits for ${names.join(', ')}; look at that failure first`;
};

const probe: Rule = ({ reason }) =>
  reason?.kind === 'probe-failed'
    ? `its ${reason.probe} probe failed, so it was killed: ${findingText(reason.finding)}`
    : null;

const hook: Rule = ({ reason }) =>
  reason?.kind === 'hook-failed' ? `its ${reason.hook} hook failed: ${findingText(reason.finding)}` : null;

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
  return `${name} is taken ${holder}; set the port to 'auto' in the config and read PORT in the app to get a free one`;
};

const heap: Rule = ({ lines }) =>
  saidIn(lines, /heap out of memory|OutOfMemoryError|MemoryError|Cannot allocate memory|ENOMEM/i) === null
    ? null
    : 'it reported that it ran out of memory';

/** sidecarctl knows its own kills. Any other SIGKILL is most often the kernel's. */
const killed: Rule = ({ lastExit, memoryKills }) => {
  if (lastExit === null || lastExit.after !== 'itself') return null;
  const { signal, code } = lastExit.exit;
  if (signal === 'SIGKILL' || code === 137) return KILLED[`${memoryKills}`];
  return signal === 'SIGSEGV' || signal === 'SIGBUS' || signal === 'SIGILL' || code === 139
    ? `it crashed in native code (${signal ?? 'SIGSEGV'}): look at native modules and their versions`
    : null;
};

const KILLED = {
  true: 'SIGKILL came from the kernel because memory ran out: give it less work at a time, or the machine more memory',
  false:
    'SIGKILL came from outside sidecarctl, and not from the kernel for lack of memory: something else killed it',
  null: 'SIGKILL came from outside sidecarctl: most often from the kernel, when memory runs out (see dmesg)',
} as const;

/** It exited with 0 and left processes behind: a daemon. */
const wentIntoBackground: Rule = ({ lastExit, leftOthers, role }) =>
  leftOthers && role !== 'init' && lastExit?.exit.status === 0 && lastExit.after === 'itself'
    ? 'it went into the background, and the processes that it left there were ended: run it in the foreground ' +
      "(nginx -g 'daemon off;', redis-server --daemonize no, or leave out -d, --detach, --daemon or a trailing &)"
    : null;

const stdinClosed: Rule = ({ lines }) =>
  saidIn(
    lines,
    /stdin (?:was |is |has been )?(?:closed|ended)|(?:closed|end of|EOF on) (?:stdin|standard input)/i,
  ) === null
    ? null
    : "it ends when its standard input is closed: leave out stdin: 'null', or use its option to keep running (such as --watch=forever or --watch=always)";

/** A first end does not count, because it may be a crash that a restart recovered from. */
const endsAgainAndAgain: Rule = ({ lastExit, statuses, role, reason }) =>
  role === 'sidecar' &&
  reason?.kind === 'exited' &&
  lastExit?.after === 'itself' &&
  statuses.length > 1 &&
  statuses.slice(0, 3).every((status) => status === 0)
    ? 'it exits with code 0 each time, but a sidecar should keep running: make it an init task, ' +
      "or give it restart: 'on-failure'"
    : null;

const WINDOWS_LINES =
  "a script has Windows line endings: convert it (sed -i 's/\\r$//' FILE), and let git keep Unix ones (eol=lf)";

/** Matches `env: 'node\r'`, `/bin/sh^M: bad interpreter`, `$'\r': command not found`, `\r: not found`. */
const windowsLines: Rule = ({ lines, obstacle }) => {
  if (obstacle?.obstacle.kind === 'windows-lines') return advisedText(obstacle, ': ');
  const said = saidIn(
    lines,
    /(?:\r|\^M|\\r)['’"]?: (?:bad interpreter|No such file|(?:command )?not found|invalid option)/,
  );
  return said === null ? null : WINDOWS_LINES;
};

const missingInterpreter: Rule = ({ lines, obstacle }) => {
  if (obstacle !== null) return advisedText(obstacle, ': ');
  const bad = saidIn(lines, /(\S+: bad interpreter)/);
  if (bad !== null) return `a script's first line names an interpreter that does not exist (${bad})`;
  const asked = saidIn(lines, /^(?:\/usr\/bin\/)?env: ['‘"]?([^'’"]+?)['’"]?: No such file/);
  return asked === null
    ? null
    : `the first line of a script asks for ${asked}, which is not on PATH: install it`;
};

const BASH_WORDS =
  /(?:^|: |\s)(source|\[\[|\(\(|declare|typeset|shopt|pushd|popd|mapfile|readarray|let): (?:command )?not found/;
const BASH_GRAMMAR =
  /sh: (?:\d+: |line \d+: )?(?:Bad substitution|Syntax error: (?:"\(" unexpected|redirection unexpected|Bad for loop variable)|set: Illegal option -o pipefail)/;

/** The shell that runs a line is not always the one that it was written for. */
const bashInSh: Rule = ({ lines }) => {
  const word = saidIn(lines, BASH_WORDS) ?? saidIn(lines, BASH_GRAMMAR);
  return word === null
    ? null
    : `it is written for bash and run by sh (${word}): write ['bash', '-c', '…'], or #!/usr/bin/env bash in the script`;
};

const wrongSystem: Rule = ({ lines }) =>
  saidIn(lines, /exec(?:ute)? (?:binary file: )?(?:Exec )?format error|cannot execute binary file/i) === null
    ? null
    : 'it is built for another processor or system: get the build for this one';

const missingModule: Rule = ({ lines }) => {
  const found = saidIn(
    lines,
    /Cannot find (?:module|package) '([^']+)'|No module named '?([\w.]+)|no required module provides package (\S+)|cannot load such file -- (\S+)|Could not (?:resolve|find) ["']([^"']+)/,
  );
  if (found === null) return null;
  return /^[./]/.test(found)
    ? `the file ${found}, which it loads, does not exist: the path is wrong, or a build has not run`
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
      `env(?:ironment)? var(?:iable)?(?: is)? not (?:found|set|defined): ${variable}|` +
      `env(?:ironment)? var(?:iable)? ${variable} (?:is )?(?:not (?:found|set|defined)|missing|empty)|` +
      `set the ${variable} env(?:ironment)? var|required key ${variable} missing|placeholder ${variable}|` +
      `Key(?:Error: |.*key not found: )${variable}|${variable}: (?:parameter (?:not set|null or not set)|unbound variable)`,
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
  if (Number.isNaN(port)) return 'the server that it connects to does not answer';
  if (neighbour === undefined)
    return `the server that it connects to does not answer on port ${port}, and no process of the pod has that port`;
  const advice =
    neighbour.state === 'ready'
      ? 'was it ready by then? dependsOn waits for that'
      : `it is ${neighbour.state}`;
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
    : `the host name ${found} cannot be resolved: the processes of a pod listen on 127.0.0.1, each on its own ports`;
};

const missingFile: Rule = ({ lines }) => {
  const found = saidIn(
    lines,
    /ENOENT: no such file or directory, \w+ '([^']+)'|"([^"]+)" failed \(2: No such file or directory|(?:^|[\s:])([^\s:(]+): No such file or directory|No such file or directory: '([^']+)'/,
  );
  return found === null ? null : `the file ${found} does not exist`;
};

/** A shell reports this for a command inside the line. */
const notFoundInShell: Rule = ({ lastExit, lines }) => {
  if (lastExit?.exit.code !== 127) return null;
  const found = saidIn(lines, /(?:\d+: )?([^\s:]+): (?:command )?not found/);
  return `${found === null ? 'a command' : `the command ${found}`} was not found: install it, or give its path`;
};

const notReady: Rule = (facts) => {
  const { reason, asked, lines } = facts;
  if (reason?.kind !== 'not-ready') return null;
  const elsewhere = listensElsewhere(facts);
  if (elsewhere !== null) return elsewhere;
  if (asked?.kind === 'log' && lines.length === 0)
    return 'it is running but has printed nothing yet: it may buffer its output when that is not a terminal (try stdbuf -oL, a flush or an option of its own), or write it elsewhere';
  const finding = findingText(reason.finding);
  if (reason.finding.kind === 'port-answered') return `${finding}: stop that one, or use another port`;
  const silent = listensNowhere(facts) ? ', and it listens on no port yet' : '';
  return `${PROBE_FAILS}${finding}${silent}`;
};

/**
 * Says where a process listens instead of the address that its probe tries; null if it does not listen, or if that is
 * not known.
 */
export const listensElsewhere = ({ reason, listening, asked, ownPorts }: FailureFacts): string | null => {
  const target = asked === null ? null : askedAddress(asked, reason);
  if (reason?.kind !== 'not-ready' || listening === null || target === null) return null;
  if (listening.some((each) => reaches(target, each))) return null;
  const others = listening.filter(({ port }) => port === target.port || !ownPorts.includes(port));
  const candidates = others.filter(({ port }) => port !== INSPECTOR);
  if (candidates.length === 0) return null;
  const there = candidates.map(addressText).join(' and ');
  const isHost = candidates.some(({ port }) => port === target.port);
  const advice = isHost
    ? `have it listen there, or set host: '${candidates.find(({ port }) => port === target.port)?.host}' for the port`
    : 'pass --port $PORT, or set host and port to where it listens';
  return `it listens on ${there}; this probe asks ${addressText(target)}: ${advice}`;
};

const listensNowhere = ({ reason, listening, asked }: FailureFacts): boolean =>
  listening?.length === 0 && asked !== null && askedAddress(asked, reason) !== null;

const reaches = (target: Target, { host, port, takesV4 }: Address): boolean =>
  port === target.port &&
  hostsOverlap(host, target.host) &&
  (takesV4 || readAddress(target.host)?.family !== 4);

type Target = Pick<Address, 'host' | 'port'>;

/** Port of Node's debugger, which is not the app's server. */
const INSPECTOR = 9229;

const askedAddress = (asked: ProbeTarget, reason: Reason | null): Target | null => {
  const target = targetOf(asked);
  if (target === null || reason?.kind !== 'not-ready' || readAddress(target.host) !== null) return target;
  // The answer has the address that a name resolved to.
  const refused = /ECONNREFUSED (\S+):\d+/.exec(findingText(reason.finding))?.[1];
  return refused === undefined ? target : { host: refused, port: target.port };
};

const targetOf = (asked: ProbeTarget): Target | null => {
  if (asked.kind === 'tcp' || asked.kind === 'grpc') return asked;
  const url = asked.kind === 'http' ? URL.parse(asked.url) : null;
  if (url === null) return null;
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port };
};

const addressText = ({ host, port }: Target): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

const CAUSES: readonly Rule[] = [
  notStarted,
  notContained,
  waiting,
  hook,
  wentIntoBackground,
  portTaken,
  heap,
  killed,
  windowsLines,
  bashInSh,
  missingModule,
  syntax,
  missingVariable,
  missingInterpreter,
  wrongSystem,
  notFoundInShell,
  unknownHost,
  refused,
  diskFull,
  tooManyFiles,
  notPermitted,
  missingFile,
  stdinClosed,
  probe,
  notReady,
  endsAgainAndAgain,
];

/** Returns the group of the newest matching line, or the match itself. */
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
