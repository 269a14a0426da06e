import { basename, dirname } from 'node:path';
import { packageKey } from '../../config/load/find-config.ts';
import type { Source } from '../format.ts';
import { FORMATS } from '../formats.ts';
import { thisMachine } from '../reading/machine.ts';

/** Returns the name of the tool whose file it is, as far as `init` reads such files; else null. */
export const formatOf = (file: string): string | null => {
  const text = thisMachine.read(file);
  if (text === null || isOurs(basename(file), text)) return null;
  const source: Source = {
    file,
    name: basename(file),
    folder: dirname(file),
    text,
    machine: thisMachine,
    purpose: 'write',
  };
  return FORMATS.find((format) => recognizes(format, source))?.name ?? null;
};

const isOurs = (name: string, text: string): boolean =>
  /^\.?sidecars/.test(name) || (name === 'package.json' && text.includes(`"${packageKey}"`));

const recognizes = ({ recognizes: recognize }: (typeof FORMATS)[number], source: Source): boolean => {
  try {
    return recognize(source);
  } catch {
    // What is no text of that tool is none of its files.
    return false;
  }
};
