/** Part of the command line to come: whoever tries them is told, instead of reading of an unknown command. */
const NOT_YET: readonly string[] = ['attach'];

export const isNotYet = (name: string | undefined): name is string =>
  name !== undefined && NOT_YET.includes(name);
