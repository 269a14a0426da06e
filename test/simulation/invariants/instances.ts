import type { Command } from '../../../src/core/command.ts';
import type { CoreEvent } from '../../../src/core/core-event.ts';
import { decide } from '../../../src/core/decide.ts';
import { isLive, type ProcessRecord } from '../../../src/core/process-state.ts';
import { hasStarted, type LiveRun, passes } from '../modelled-process.ts';
import { firstOf, type Invariant } from './invariant.ts';

export const commandsReach: Invariant = {
  name: 'no command is sent to a process that is gone',
  command: ({ world }, command) => {
    if (!('generation' in command) || command.type === 'launch') return null;
    const { live } = world.process(command.process);
    if (live?.generation !== command.generation) return `${command.type} of ${command.process}`;
    if (
      live.root !== null &&
      ['signal', 'pass-signal', 'replace-files', 'probe', 'run-hook'].includes(command.type)
    )
      return `${command.type} of ${command.process}, whose main process has ended`;
    const senseless = live.told === 'kill' && command.type !== 'probe';
    return senseless ? `${command.type} of ${command.process}, which was killed` : null;
  },
};

export const hooksAreThere: Invariant = {
  name: 'a hook runs once a run, and only what runs is cancelled',
  command: ({ world }, command) => {
    if (command.type !== 'run-hook' && command.type !== 'cancel-hook') return null;
    const running = world.process(command.process).live?.hooks.has(command.hook) === true;
    return running === (command.type === 'cancel-hook') ? null : `${command.type} ${command.hook}`;
  },
};

/** What the core says of a process must be true of it. */
export const statesAreTrue: Invariant = {
  name: 'every state is true of the process it is said of',
  turn: ({ after, world }) =>
    firstOf(after.processes.values(), (record) => {
      const { name } = record.spec;
      const { live } = world.process(name);
      if (isTrue(record, live, world.process(name).lastExit?.status ?? null)) return null;
      return `${name} is said to be ${record.state.is}`;
    }),
};

const isTrue = ({ state, spec, generation }: ProcessRecord, live: LiveRun | null, status: number | null) => {
  if (isLive(state) !== (live !== null)) return false;
  if (live !== null && live.generation !== generation) return false;
  if (live !== null && live.root !== null && state.is !== 'stopping') return false;
  switch (state.is) {
    case 'starting':
      return live?.told === 'nothing' && !hasStarted(spec, live);
    case 'running':
      return live?.told === 'nothing' && hasStarted(spec, live) && !passes(spec, live, 'readiness');
    case 'ready':
      return live?.told === 'nothing' && hasStarted(spec, live) && passes(spec, live, 'readiness');
    case 'completed':
      return status === 0;
    case 'failed':
    case 'backoff':
      return status !== null;
    default:
      return true;
  }
};

export const lateIsUnheard: Invariant = {
  name: 'what comes too late changes nothing',
  turn: ({ late, before, after, commands, event }) =>
    late && (after !== before || commands.length > 0) ? `${event.type} ${describe(commands)}` : null,
};

/** An event of nobody: all that a decision may still do is what the one before has left undone. */
const OF_NOBODY: CoreEvent = {
  type: 'hook-ended',
  process: '',
  generation: 0,
  hook: 'preStop',
  ok: true,
  finding: { kind: 'no-answer' },
};

export const nothingIsLeftUndone: Invariant = {
  name: 'a decision leaves nothing undone',
  turn: ({ after, now }) => {
    const { pod, commands } = decide(after, OF_NOBODY, now);
    return pod !== after || commands.length > 0 ? `another one would do this: ${describe(commands)}` : null;
  },
};

const describe = (commands: readonly Command[]): string => commands.map(({ type }) => type).join(', ');

export const nothingAfterEnd = (): Invariant => {
  let ended = false;
  return {
    name: 'nothing follows the end, and at the end nothing is left',
    command: ({ world }, command) => {
      if (ended) return isAnswer(command) ? null : command.type;
      if (command.type !== 'end') return null;
      ended = true;
      const left = [...world.processes].find(([, { live }]) => live !== null);
      return left === undefined ? null : `${left[0]} is left`;
    },
  };
};

const isAnswer = (command: Command): boolean =>
  command.type === 'reply' || (command.type === 'report' && command.event.type === 'refused');
