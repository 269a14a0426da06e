import type { PodSnapshot, ProcessSnapshot } from '../pod-client.ts';

export const CONDITIONS = ['started', 'ready', 'completed', 'stopped'] as const;

/** A condition to wait for. `ready` of an init task: it has completed. `stopped`: it is down, for any reason. */
export type WaitCondition = (typeof CONDITIONS)[number];

export interface Awaited {
  readonly process: string;
  readonly condition: WaitCondition;
}

/** `never`: the condition will not be met without intervention. */
export type Verdict = 'holds' | 'waits' | 'never';

export const judge = (snapshot: PodSnapshot, { process, condition }: Awaited): Verdict => {
  const found = snapshot.processes.find(({ name }) => name === process);
  return found === undefined ? 'never' : judgeProcess(found, condition);
};

const judgeProcess = (process: ProcessSnapshot, condition: WaitCondition): Verdict => {
  if (condition === 'stopped') return isDown(process) ? 'holds' : 'waits';
  switch (process.state) {
    case 'completed':
      return condition === 'completed' || process.role === 'init' ? 'holds' : 'never';
    case 'failed':
      return 'never';
    case 'ready':
      return condition !== 'completed' && process.role !== 'init' ? 'holds' : 'waits';
    case 'running':
      return condition === 'started' ? 'holds' : 'waits';
    case 'pending':
    case 'starting':
    case 'backoff':
    case 'stopping':
    case 'stopped':
      return 'waits';
    default:
      return process.state satisfies never;
  }
};

export const isDown = ({ state }: ProcessSnapshot): boolean =>
  state === 'stopped' || state === 'completed' || state === 'failed';
