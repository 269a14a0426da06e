import { bytesIn, EMPTY, ended, lastTimeIn, leave, type Queue, released } from './queue.ts';
import type { Random, Stage, Time } from './stage.ts';

interface Slicer {
  readonly average_size: number;
  readonly size_variation: number;
  /** Microseconds. */
  readonly delay: number;
}

/** Cuts data into pieces that leave one after the other. */
export const slicer = (
  { average_size: size, size_variation: variation, delay }: Slicer,
  random: Random,
): Stage<Queue> => ({
  start: () => ({ state: EMPTY, leaves: [], due: null }),
  arrive: (queue, flow, now) => {
    if (flow.is === 'end') return leave(ended(queue, flow), now);
    const cuts = cutsIn(0, flow.data.length, Math.max(size, 1), variation, random);
    const from = Math.max(now, lastTimeIn(queue) + delay / 1000);
    const pieces = cuts.map((cut, index) => ({
      chunk: { ...flow, data: flow.data.subarray(cuts[index - 1] ?? 0, cut) },
      leavesAt: leavesAt(from, index, delay),
    }));
    return leave({ ...queue, chunks: [...queue.chunks, ...pieces] }, now);
  },
  due: leave,
  release: released,
  held: bytesIn,
});

const leavesAt = (from: Time, index: number, delay: number): Time => from + (index * delay) / 1000;

/** The ends of the pieces: halves of halves, until one is no larger than the average and its variation. */
const cutsIn = (
  start: number,
  end: number,
  size: number,
  variation: number,
  random: Random,
): readonly number[] => {
  if (end - start <= size + variation || end - start < 2) return [end];
  const middle = start + Math.floor((end - start) / 2);
  const varied = middle + (variation > 0 ? Math.floor(random() * variation * 2) - variation : 0);
  const cut = Math.min(Math.max(varied, start + 1), end - 1);
  return [...cutsIn(start, cut, size, variation, random), ...cutsIn(cut, end, size, variation, random)];
};
