const LONGEST = 80;

/** For a message: the whole of a very long command line says no more. */
export const shortCommand = (command: string): string =>
  command.length <= LONGEST ? command : `${command.slice(0, LONGEST - 1)}…`;
