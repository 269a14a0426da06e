import type { Process } from './pod.ts';

export type Command = NonNullable<Process['stop']['command']>;

/** A command as a list: a line runs in the image's shell. */
export const commandLine = (command: Command, text: (value: unknown) => string): readonly string[] =>
  command.kind === 'shell'
    ? ['sh', '-c', text(command.line)]
    : [command.file, ...command.args].map((part) => text(part));
