import type { InputRefusal } from '../model/input-refusal.ts';

/** Says why a process gets no input or its terminal no other size, and what helps. */
export const inputRefusalText = (act: InputAct, process: string, refusal: InputRefusal): string =>
  `cannot ${ACTS[act]} ${process}: ${TEXTS[refusal](process)}`;

type InputAct = 'send' | 'resize' | 'attach';

const ACTS: Readonly<Record<InputAct, string>> = { send: 'send to', resize: 'resize', attach: 'attach to' };

const TEXTS: Readonly<Record<InputRefusal, (process: string) => string>> = {
  'empty-stdin': () =>
    "its stdin is /dev/null, as that of every init task and of processes with stdin: 'null'; leave that field out to give it an open stdin",
  'callers-stdin': () => 'it reads the stdin of sidecarctl itself: type there',
  'not-running': (process) => `it is not running; start it with 'sidecarctl start ${process}'`,
  'no-terminal': () => 'it has no terminal; give it one with tty: true',
  'stdin-ended': (process) => `its stdin has ended; 'sidecarctl restart ${process}' starts it with a new one`,
  unread: (process) =>
    `it does not read: it still has not taken what was sent before; try again later, or restart it with 'sidecarctl restart ${process}'`,
};
