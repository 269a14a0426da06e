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
 * The main process has ended and has left others behind. They get SIGTERM, and SIGKILL when their grace ends. Until
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

/** Processes that have had no signal yet get `minimumGrace`, or less if the process itself would have less. */
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

/** Last step that was taken to end a main process. It may be a preStop hook, as with `nginx -s quit`. */
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
