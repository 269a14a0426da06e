import { bytesIn, EMPTY, ended, lastTimeIn, leave, type Queue, released } from './queue.ts';
import type { Random, Stage } from './stage.ts';

interface Latency {
  readonly latency: number;
  readonly jitter: number;
}

/** Delays each chunk, counted from when it came: the delay does not add up. */
export const latency = ({ latency: delay, jitter }: Latency, random: Random): Stage<Queue> => ({
  start: () => ({ state: EMPTY, leaves: [], due: null }),
  arrive: (queue, flow, now) => {
    if (flow.is === 'end') return leave(ended(queue, flow), now);
    const varied = delay + (jitter > 0 ? Math.floor(random() * jitter * 2) - jitter : 0);
    const leavesAt = Math.max(flow.at + varied, lastTimeIn(queue));
    return leave({ ...queue, chunks: [...queue.chunks, { chunk: flow, leavesAt }] }, now);
  },
  due: leave,
  release: released,
  held: bytesIn,
});
