import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { eventually } from './deadline.ts';

/**
 * The first process stays; a second forks on, in a session of its own each time, and exits. Its arguments: a tag, and how
 * many microseconds each lives. Whose parent is gone is reaped by the machine's first process, which may take its time:
 * so it ends by itself, before the machine has run out of pids.
 */
export const FORK_CHAIN = `use POSIX ();
my ($tag, $lives) = @ARGV;
my $until = time + ($lives < 1000 ? 12 : 30);
if (fork) { sleep 1000 while 1 }
close $_ for *STDIN, *STDOUT, *STDERR;
while (time < $until) {
  POSIX::setsid();
  select undef, undef, undef, $lives / 1e6;
  my $next = fork;
  POSIX::_exit(0) if !defined $next || $next;
}
`;

const LOOKS = 40;

/** One that forks on is missed by every second look or so. */
export const chainIsAlive = async (tag: string): Promise<boolean> => {
  for (let look = 0; look < LOOKS; look++) {
    if (linksOf(tag).length > 0) return true;
    await setTimeout(1);
  }
  return false;
};

export const endChain = (tag: string): Promise<void> =>
  eventually('the chain to be ended', async () => {
    for (const pid of linksOf(tag)) killIfThere(pid);
    return linksOf(tag).length === 0 && !(await chainIsAlive(tag));
  });

const linksOf = (tag: string): readonly number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => /^perl\0.*\0$/.test(commandOf(pid)) && commandOf(pid).includes(`\0${tag}\0`))
    .map(Number);

const commandOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
};

const killIfThere = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
};
