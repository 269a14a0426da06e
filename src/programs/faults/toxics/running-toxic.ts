import { bandwidth } from './bandwidth.ts';
import { limitData, passing, resetPeer, slowClose, timeout } from './ends.ts';
import { latency } from './latency.ts';
import { slicer } from './slicer.ts';
import type { Flow, Random, Stage, Step, Time } from './stage.ts';
import type { Toxic } from './toxic.ts';

/** On a fast line with some delay, this much is in flight. Toxiproxy has room for as much. */
const IN_FLIGHT = 32 * 1024 * 1024;

/** Who sends on a slow line has to wait, as for a full buffer of a kernel. */
const IN_A_BUFFER = 64 * 1024;

/** A toxic at work, with its state. */
export interface RunningToxic {
  readonly toxic: Toxic;
  readonly arrive: (flow: Flow, now: Time) => readonly Flow[];
  readonly due: (now: Time) => readonly Flow[];
  readonly release: () => readonly Flow[];
  readonly dueAt: () => Time | null;
  /** True if it holds enough: nothing more should come. */
  readonly isFull: () => boolean;
  /** Bytes that it has let through. */
  readonly passed: () => number;
}

/** Starts a toxic on one direction of a connection. Chance decides if it applies to this one. */
export const runToxic = (toxic: Toxic, random: Random, now: Time, passed = 0): RunningToxic => {
  // Another number for each start, as in Toxiproxy.
  const applies = random() < toxic.toxicity;
  return applies ? startStage(toxic, random, now, passed) : running(toxic, passing, now, passed);
};

const startStage = (toxic: Toxic, random: Random, now: Time, passed: number): RunningToxic => {
  const of = (name: string): number => toxic.attributes[name] ?? 0;
  switch (toxic.type) {
    case 'latency':
      return running(toxic, latency({ latency: of('latency'), jitter: of('jitter') }, random), now, passed);
    case 'bandwidth':
      return running(toxic, bandwidth({ rate: of('rate') }), now, passed);
    case 'slow_close':
      return running(toxic, slowClose({ delay: of('delay') }), now, passed);
    case 'timeout':
      return running(toxic, timeout({ timeout: of('timeout') }), now, passed);
    case 'reset_peer':
      return running(toxic, resetPeer({ timeout: of('timeout') }), now, passed);
    case 'slicer': {
      const sizes = { average_size: of('average_size'), size_variation: of('size_variation') };
      return running(toxic, slicer({ ...sizes, delay: of('delay') }, random), now, passed);
    }
    case 'limit_data':
      return running(toxic, limitData({ bytes: of('bytes') }, passed), now, passed);
    default:
      return toxic.type satisfies never;
  }
};

const running = <State>(toxic: Toxic, stage: Stage<State>, now: Time, passed: number): RunningToxic => {
  let { state, due } = stage.start(now);
  let through = passed;
  const take = (step: Step<State>): readonly Flow[] => {
    state = step.state;
    due = step.due;
    for (const flow of step.leaves) if (flow.is === 'chunk') through += flow.data.length;
    return step.leaves;
  };
  return {
    toxic,
    arrive: (flow, at) => take(stage.arrive(state, flow, at)),
    due: (at) => take(stage.due(state, at)),
    release: () => stage.release(state),
    dueAt: () => due,
    isFull: () => stage.held(state) >= (toxic.type === 'latency' ? IN_FLIGHT : IN_A_BUFFER),
    passed: () => through,
  };
};
