import type { CommandOptions } from '../../programs/config-refresh/options.ts';

/** A command as the program has it. */
export const filledCommand = (command: string | readonly string[]): CommandOptions =>
  typeof command === 'string' ? { shell: command } : { words: command };
