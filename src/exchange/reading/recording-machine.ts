import type { Machine } from './machine.ts';

/** The machine, with a note of every file whose text is read. */
export const recordingMachine = (machine: Machine, onRead: (path: string) => void): Machine => ({
  ...machine,
  read: (path) => {
    const text = machine.read(path);
    if (text !== null) onRead(path);
    return text;
  },
});
