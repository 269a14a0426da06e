import { write } from 'node:fs';

let last = '';

/** Tells whoever has started this program what it does, as `sd_notify` does: one line, or nothing. */
export const reportStatus = (text: string): void => {
  const descriptor = Number(process.env['NOTIFY_FD']);
  if (text === last || !Number.isInteger(descriptor)) return;
  last = text;
  // A reader that has gone or reads nothing is none of the program's business.
  write(descriptor, `STATUS=${text}\n`, () => undefined);
};
