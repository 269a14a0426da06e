import { readFileSync } from 'node:fs';

/** The options of a program, from the file that its only argument names. */
export const readOptions = (): unknown => {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new Error('usage: node PROGRAM OPTIONS-FILE');
  return JSON.parse(readFileSync(file, 'utf8'));
};
