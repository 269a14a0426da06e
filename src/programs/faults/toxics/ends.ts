import type { End, Stage, Time } from './stage.ts';

const nothing = <State>(state: State) => ({ state, leaves: [], due: null });

const CLOSE: End = { is: 'end', how: 'close' };
const RESET: End = { is: 'end', how: 'reset' };

/** Delays the end of a connection. */
export const slowClose = ({ delay }: { readonly delay: number }): Stage<End | null> => ({
  start: () => nothing(null),
  arrive: (end, flow, now) =>
    flow.is === 'end'
      ? { state: flow, leaves: [], due: now + delay }
      : { state: end, leaves: [flow], due: null },
  due: (end) => ({ state: null, leaves: end === null ? [] : [end], due: null }),
  release: (end) => (end === null ? [] : [end]),
  held: () => 0,
});

/** Drops all data, and closes the connection after a time; 0: never. */
export const timeout = ({ timeout: time }: { readonly timeout: number }): Stage<Time | null> => ({
  start: (now) => {
    const closesAt = time > 0 ? now + time : null;
    return { state: closesAt, leaves: [], due: closesAt };
  },
  arrive: (closesAt, flow) => ({ state: closesAt, leaves: flow.is === 'end' ? [flow] : [], due: closesAt }),
  due: () => ({ state: null, leaves: [CLOSE], due: null }),
  // What was dropped is missing: the connection is of no more use.
  release: () => [CLOSE],
  held: () => 0,
});

/** Resets the connection a time after the first data, or after its end. */
export const resetPeer = ({ timeout: time }: { readonly timeout: number }): Stage<Time | null> => ({
  start: () => nothing(null),
  arrive: (resetsAt, _, now) => {
    const at = resetsAt ?? now + time;
    return { state: at, leaves: [], due: at };
  },
  due: () => ({ state: null, leaves: [RESET], due: null }),
  release: () => [],
  held: () => 0,
});

/** Closes the connection after a number of bytes, of which some have passed before. */
export const limitData = ({ bytes }: { readonly bytes: number }, passed: number): Stage<number> => ({
  start: () => nothing(passed),
  arrive: (before, flow) => {
    if (flow.is === 'end') return { state: before, leaves: [flow], due: null };
    const data = flow.data.subarray(0, Math.max(0, bytes - before));
    const through = before + data.length;
    const leaves = [...(data.length > 0 ? [{ ...flow, data }] : []), ...(through >= bytes ? [CLOSE] : [])];
    return { state: through, leaves, due: null };
  },
  due: nothing,
  release: () => [],
  held: () => 0,
});

/** Lets everything through. */
export const passing: Stage<null> = {
  start: () => nothing(null),
  arrive: (_, flow) => ({ state: null, leaves: [flow], due: null }),
  due: () => nothing(null),
  release: () => [],
  held: () => 0,
};
