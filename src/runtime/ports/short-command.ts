const LONGEST = 80;

/** Shortens a very long command line for a message. */
export const shortCommand = (command: string): string =>
  command.length <= LONGEST ? command : `${command.slice(0, LONGEST - 1)}…`;
