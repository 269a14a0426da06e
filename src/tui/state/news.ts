import type { PodSnapshot, ProcessSnapshot } from '../../control/pod-client.ts';

/**
 * What somebody who looks elsewhere wants to know of a change: a process has failed or has asked something, or now
 * everything is ready. Null if nothing of that has happened.
 */
export const newsOf = (before: PodSnapshot, after: PodSnapshot): string | null => {
  const known = new Map(before.processes.map((process) => [process.name, process]));
  const newly = (holds: (process: ProcessSnapshot) => boolean): ProcessSnapshot | undefined =>
    after.processes.find((process) => {
      const earlier = known.get(process.name);
      return holds(process) && (earlier === undefined || !holds(earlier));
    });
  const failed = newly(hasFailed);
  if (failed !== undefined) return `${failed.name} has failed`;
  const asking = newly(({ waitsForInput }) => waitsForInput);
  if (asking !== undefined) return `${asking.name} waits for input`;
  return isReady(after) && !isReady(before) ? `${after.name} is ready` : null;
};

const isReady = ({ processes }: PodSnapshot): boolean => {
  const wanted = processes.filter((process) => process.wanted);
  return wanted.length > 0 && wanted.every(isWell);
};

export const hasFailed = ({ state }: ProcessSnapshot): boolean => state === 'failed' || state === 'backoff';

export const isWell = ({ state }: ProcessSnapshot): boolean => state === 'ready' || state === 'completed';
