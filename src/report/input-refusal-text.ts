import type { InputRefusal } from '../model/input-refusal.ts';
import { commandOfLog, commandTitle } from '../model/own-command.ts';
import { podCommand } from './pod-command.ts';

/** Says why a process gets no input or its terminal no other size, and what helps. `label`: that of the pod. */
export const inputRefusalText = (
  act: InputAct,
  process: string,
  refusal: InputRefusal,
  label: string | null,
): string => {
  const own = commandOfLog(process);
  if (own !== null)
    return `cannot ${ACTS[act]} ${commandTitle(own.process, own.command)}: ${COMMAND_TEXTS[refusal]}`;
  const why = TEXTS[refusal]((verb) => podCommand(`${verb} ${process}`, label));
  return `cannot ${ACTS[act]} ${process}: ${why}`;
};

type InputAct = 'send' | 'resize' | 'attach';

const ACTS: Readonly<Record<InputAct, string>> = { send: 'send to', resize: 'resize', attach: 'attach to' };

/** Of a command beside a process. */
const COMMAND_TEXTS: Readonly<Record<InputRefusal, string>> = {
  'empty-stdin': 'its stdin is empty; give it a terminal with tty: true',
  'callers-stdin': 'it reads the stdin of sidecarctl itself: type there',
  'not-running': 'it is not running; run it first',
  'no-terminal': 'it has no terminal; give it one with tty: true',
  'stdin-ended': 'its stdin has ended',
  unread: 'it does not read: it still has not taken what was sent before; try again later, or stop it',
};

const TEXTS: Readonly<Record<InputRefusal, (command: (verb: string) => string) => string>> = {
  'empty-stdin': () =>
    "its stdin is /dev/null, as that of every init task and of processes with stdin: 'null'; leave that field out to give it an open stdin",
  'callers-stdin': () => 'it reads the stdin of sidecarctl itself: type there',
  'not-running': (command) => `it is not running; start it with ${command('start')}`,
  'no-terminal': () => 'it has no terminal; give it one with tty: true',
  'stdin-ended': (command) => `its stdin has ended; ${command('restart')} starts it with a new one`,
  unread: (command) =>
    `it does not read: it still has not taken what was sent before; try again later, or restart it with ${command('restart')}`,
};
