import type { Exit, LastExit } from '../model/exit.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { endProbe } from './probing.ts';
import {
  type Grace,
  isLive,
  type RootEnd,
  type StoppingState,
  type StopStage,
  type UpState,
} from './process-state.ts';
import type { Step } from './step.ts';
import { endStartOfLife, killTime, setStage } from './stopping.ts';

/**
 * The main process has ended and has left others behind. They are asked to go, and killed when their time is over; until
 * they are gone the process is stopping, whatever ended its main process.
 */
export const onRootExited = (step: Step, name: string, exit: Exit): void => {
  const { state } = step.record(name);
  if (!isLive(state)) return;
  endProbe(step, name, 'readiness');
  if (state.is === 'stopping') lingerInStop(step, name, state, exit);
  else lingerByItself(step, name, state, exit);
};

const lingerByItself = (step: Step, name: string, state: UpState, exit: Exit): void => {
  step.reportLaunch(name);
  endStartOfLife(step, name, state.instance);
  const { state: current } = step.record(name);
  if (!isLive(current)) return;
  const grace: Grace = { until: step.now, own: null };
  const stage = linger(step, name, { exit, at: step.now, after: 'itself' }, grace);
  const reason = { kind: 'root-exited', exit } as const;
  const stop = { reason, requestedAt: step.now, grace, stage };
  step.transition(name, { is: 'stopping', instance: current.instance, stop }, reason);
};

const lingerInStop = (step: Step, name: string, { stop }: StoppingState, exit: Exit): void => {
  const { stage, grace } = stop;
  const root = { exit, at: step.now, after: lastDoneIn(stage, step.record(name).spec.preStop !== null) };
  switch (stage.is) {
    case 'holding':
      step.disarm(stage.grace);
      return setStage(step, name, linger(step, name, root, grace));
    case 'signalled':
      terminate(step, name, stage.sent);
      return setStage(step, name, { is: 'lingering', at: stage.at, root, kill: stage.kill });
    case 'killed':
      return stage.root === null ? setStage(step, name, { ...stage, root }) : undefined;
    case 'lingering':
      return;
    default:
      return stage satisfies never;
  }
};

/** What nobody has asked to go yet gets `minimumGrace`, or less where the process itself would have less. */
const linger = (step: Step, name: string, root: RootEnd, grace: Grace): StopStage => {
  terminate(step, name, false);
  const at: Milliseconds = step.now;
  const soonest = killTime(step, at, { ...grace, until: at });
  return { is: 'lingering', at, root, kill: step.arm(name, 'kill', soonest) };
};

const terminate = (step: Step, name: string, sparesGroup: boolean): void => {
  const { generation } = step.record(name);
  step.commands.push({ type: 'terminate', process: name, generation, sparesGroup });
};

/** The last that was done to end a main process. A preStop hook may well be what ends it, as `nginx -s quit` does. */
export const lastDoneIn = (stage: StopStage, hasHook: boolean): LastExit['after'] => {
  switch (stage.is) {
    case 'holding':
      return hasHook ? 'hook' : 'itself';
    case 'signalled':
      return 'signal';
    case 'lingering':
      return stage.root.after;
    case 'killed':
      return stage.root?.after ?? 'kill';
    default:
      return stage satisfies never;
  }
};
