import type { PodSnapshot, ProcessSnapshot, Timestamp } from '../../control/pod-client.ts';
import { countdown } from '../text/format.ts';

/**
 * Says why a process is not in its desired state, with the process at the end of the wait: `waits for api ← db: exited
 * with code 1, restart 6 in 3 s`. Empty if there is nothing to say.
 */
export const reasonOf = (
  process: ProcessSnapshot,
  { snapshot, now }: { readonly snapshot: PodSnapshot; readonly now: Timestamp },
): string => {
  const chain = chainFrom(process, snapshot.processes);
  const root = chain.at(-1);
  if (root === undefined) return ownReason(process, now) || inputText(process);
  // It runs, and what is waited for is that it completes: the process's own words say that.
  if (root.why === null) return process.why ?? '';
  const more = process.waitsFor.length > 1 ? ` (+${process.waitsFor.length - 1})` : '';
  const [first, ...rest] = chain.map(({ name }) => name);
  const names = [`${first}${more}`, ...(rest.length > MOST_LINKS ? ['…', root.name] : rest)].join(' ← ');
  const state = root.state === 'failed' || root.state === 'stopped' ? `${root.state}: ` : '';
  return `waits for ${names}: ${state}${ownReason(root, now)}`;
};

const inputText = ({ waitsForInput }: ProcessSnapshot): string => (waitsForInput ? 'waits for input' : '');

/** The end of a longer chain would be out of sight. */
const MOST_LINKS = 3;

const ownReason = ({ why, restarts, retryAt }: ProcessSnapshot, now: Timestamp): string =>
  retryAt === null
    ? (why ?? '')
    : `${why ?? 'it ended'}, restart ${restarts + 1} ${countdown(retryAt - now)}`;

/** The processes that are waited for, each by the one before it. */
const chainFrom = (
  process: ProcessSnapshot,
  processes: readonly ProcessSnapshot[],
): readonly ProcessSnapshot[] => {
  const chain: ProcessSnapshot[] = [];
  for (let next = obstacleOf(process, processes); next !== undefined && !chain.includes(next); ) {
    chain.push(next);
    next = obstacleOf(next, processes);
  }
  return chain;
};

/** The dependency that is waited for in vain, or the first that is waited for. */
const obstacleOf = (
  { waitsFor }: ProcessSnapshot,
  processes: readonly ProcessSnapshot[],
): ProcessSnapshot | undefined => {
  const byName = indexOf(processes);
  const awaited = waitsFor.flatMap((name) => byName.get(name) ?? []);
  return awaited.find(({ state }) => state === 'failed' || state === 'stopped') ?? awaited[0];
};

const INDEXES = new WeakMap<readonly ProcessSnapshot[], ReadonlyMap<string, ProcessSnapshot>>();

/** Many rows of one picture look for names: 200 processes that wait for each other took 10 ms without it. */
const indexOf = (processes: readonly ProcessSnapshot[]): ReadonlyMap<string, ProcessSnapshot> => {
  const known = INDEXES.get(processes);
  if (known !== undefined) return known;
  const index = new Map(processes.map((process) => [process.name, process]));
  INDEXES.set(processes, index);
  return index;
};
