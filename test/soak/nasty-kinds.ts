import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A process that does what it can to outlive its supervisor. `$T` is what it sleeps for, `$NASTY` the program in C. */
export interface NastyKind {
  readonly name: string;
  /** A shell script. */
  readonly script: string;
  readonly needsCompiler: boolean;
}

const inShell = (name: string, script: string): NastyKind => ({ name, script, needsCompiler: false });
const inC = (name: string, mode: string): NastyKind => ({
  name,
  script: `"$NASTY" ${mode} "$T"`,
  needsCompiler: true,
});

/** Each link of the chain leaves group, session and parent behind. */
const LINK = `sleep 0.003; setsid sh chain.sh "$1" </dev/null >/dev/null 2>&1 &`;

/** What the scripts call. */
export const FILES = { 'chain.sh': `${LINK}\n` };

export const KINDS: readonly NastyKind[] = [
  inShell('daemon', `setsid sh -c 'exec <&- >&- 2>&-; (sleep "$1" &)' daemon "$T"; exec sleep "$T"`),
  inShell('chain', `sh chain.sh "$T"; exec sleep "$T"`),
  inShell('deaf', `trap '' TERM INT HUP QUIT; sleep "$T" & exec sleep "$T"`),
  inShell('stopped', `setsid sh -c 'kill -STOP $$' stopped "$T" & exec sleep "$T"`),
  inShell('bare', `setsid env -i /bin/sh -c 'exec /bin/sh -c "exec sleep $1"' bare "$T" & exec sleep "$T"`),
  inShell('nohup', `sh -c 'nohup sleep "$1" >/dev/null 2>&1 &' leader "$T"; exec sleep "$T"`),
  inC('threads', 'threads'),
  inC('undumpable', 'undumpable'),
  inC('unlimited', 'unlimited'),
];

const CONTAINED: ReadonlySet<string> = new Set(['daemon', 'deaf', 'stopped', 'bare', 'nohup']);

/** Those that need no file of this machine, which a container does not have. */
export const CONTAINED_KINDS: readonly NastyKind[] = KINDS.filter(({ name }) => CONTAINED.has(name));

/** Builds the program in C; false where there is no compiler. */
export const compileNasty = (to: string): boolean => {
  const source = fileURLToPath(new URL('nasty.c', import.meta.url));
  try {
    execFileSync('cc', ['-O1', '-pthread', '-o', to, source], { stdio: 'ignore' });
    chmodSync(to, 0o755);
    return true;
  } catch {
    return false;
  }
};
