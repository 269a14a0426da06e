import { bytesIn, EMPTY, ended, leave, type Queue, released, type Timed } from './queue.ts';
import type { Chunk, Stage, Time } from './stage.ts';

interface Bandwidth {
  /** KB/s; 0 lets nothing through. */
  readonly rate: number;
}

interface State {
  readonly queue: Queue;
  /** Time until which the line is busy. */
  readonly busyUntil: Time;
}

/** A slow line sends at least this often. */
const PIECE_TIME = 100;

export const bandwidth = ({ rate }: Bandwidth): Stage<State> => {
  const step = (queue: Queue, busyUntil: Time, now: Time) => {
    const { state, leaves, due } = leave(queue, now);
    return { state: { queue: state, busyUntil }, leaves, due: due === Number.POSITIVE_INFINITY ? null : due };
  };
  return {
    start: (now) => ({ state: { queue: EMPTY, busyUntil: now }, leaves: [], due: null }),
    arrive: ({ queue, busyUntil }, flow, now) => {
      if (flow.is === 'end') return step(ended(queue, flow), busyUntil, now);
      const pieces = sent(flow, rate, Math.max(busyUntil, now));
      return step(
        { ...queue, chunks: [...queue.chunks, ...pieces] },
        pieces.at(-1)?.leavesAt ?? busyUntil,
        now,
      );
    },
    due: ({ queue, busyUntil }, now) => step(queue, busyUntil, now),
    release: ({ queue }) => released(queue),
    held: ({ queue }) => bytesIn(queue),
  };
};

/** The pieces of a chunk, each with the time at which its last byte is through. */
const sent = (chunk: Chunk, rate: number, from: Time): readonly Timed[] => {
  if (rate === 0) return [{ chunk, leavesAt: Number.POSITIVE_INFINITY }];
  const size = rate * PIECE_TIME;
  return Array.from({ length: Math.ceil(chunk.data.length / size) }, (_, index) => {
    const data = chunk.data.subarray(index * size, (index + 1) * size);
    return { chunk: { ...chunk, data }, leavesAt: from + (index * size + data.length) / rate };
  });
};
