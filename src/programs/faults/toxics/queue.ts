import type { Chunk, End, Flow, Step, Time } from './stage.ts';

/** Data that leaves at known times, in order, and then the end. */
export interface Queue {
  readonly chunks: readonly Timed[];
  /** Leaves after the data. */
  readonly end: End | null;
}

export interface Timed {
  readonly chunk: Chunk;
  readonly leavesAt: Time;
}

export const EMPTY: Queue = { chunks: [], end: null };

export const lastTimeIn = ({ chunks }: Queue): Time => chunks.at(-1)?.leavesAt ?? Number.NEGATIVE_INFINITY;

/** Lets everything leave whose time has come. */
export const leave = (queue: Queue, now: Time): Step<Queue> => {
  const first = queue.chunks.findIndex(({ leavesAt }) => leavesAt > now);
  const going = first === -1 ? queue.chunks : queue.chunks.slice(0, first);
  const staying = first === -1 ? [] : queue.chunks.slice(first);
  const end = staying.length === 0 ? queue.end : null;
  const leaves: readonly Flow[] = [
    ...going.map(({ chunk, leavesAt }) => ({ ...chunk, at: leavesAt })),
    ...(end === null ? [] : [end]),
  ];
  return {
    state: { chunks: staying, end: end === null ? queue.end : null },
    leaves,
    due: staying[0]?.leavesAt ?? null,
  };
};

export const ended = (queue: Queue, end: End): Queue => ({ ...queue, end });

export const released = ({ chunks, end }: Queue): readonly Flow[] => [
  ...chunks.map(({ chunk }) => chunk),
  ...(end === null ? [] : [end]),
];

export const bytesIn = ({ chunks }: Queue): number =>
  chunks.reduce((sum, { chunk }) => sum + chunk.data.length, 0);
