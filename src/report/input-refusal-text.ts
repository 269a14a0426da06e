import type { InputRefusal } from '../model/input-refusal.ts';
import { podCommand } from './pod-command.ts';

/** Says why a process gets no input or its terminal no other size, and what helps. `label`: that of the pod. */
export const inputRefusalText = (
  act: InputAct,
  process: string,
  refusal: InputRefusal,
  label: string | null,
): string =>
  `cannot ${ACTS[act]} ${process}: ${TEXTS[refusal]((verb) => podCommand(`${verb} ${process}`, label))}`;

type InputAct = 'send' | 'resize' | 'attach';

const ACTS: Readonly<Record<InputAct, string>> = { send: 'send to', resize: 'resize', attach: 'attach to' };

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
