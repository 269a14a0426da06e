import type { EventEmitter } from 'node:events';
import type { Command, Option } from 'commander';
import { createProgram } from '../../src/cli/command-line.ts';

export interface CommandPage {
  readonly name: string;
  /** What follows options in its help: exit codes, examples. */
  readonly after: string;
  readonly text: string;
}

export const commandPages = async (): Promise<readonly CommandPage[]> => {
  const program = await createProgram(async () => undefined);
  const commands = program.createHelp().visibleCommands(program);
  return commands.filter((command) => command.name() !== 'help').map(pageOf);
};

/** `docs/commands.md`, from the definitions of the commands. */
export const commandReference = async (): Promise<string> =>
  `${HEAD}\n${(await commandPages()).map(({ text }) => text).join('\n')}`;

const HEAD = `<!-- Made by \`npm run docs\` from the definitions in src/cli: do not edit. -->

# Commands

Everything after \`--\` belongs to the command that runs. Diagnostics go to stderr, results to stdout. Every command has
\`-h, --help\`. \`sidecarctl -V\` prints the version.

| exit code | when |
|---|---|
| the primary's own, 128 + n when signal n killed it | \`dev\`, \`up\` or \`run\`: the primary ended by itself |
| 0 | the command succeeded; or a stop was requested, and the primary exited 0 or died of the signal that it was sent |
| 137 | a stop was requested, and the primary had to be killed |
| 1 | the pod could not start, or an essential process gave up; or the command failed |
| 2 | the command line or config is wrong; nothing was started |
| 3 | the command needs a running pod, and there is none or it has gone meanwhile |
| 124 | \`--timeout\` expired |
`;

const pageOf = (command: Command): CommandPage => {
  const after = afterHelp(command);
  const options = command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help');
  const table =
    options.length === 0 ? '' : `\n| option | default | |\n|---|---|---|\n${options.map(row).join('')}`;
  const usage = `sidecarctl ${command.name()} ${command.usage()}`.trim();
  const text = `## ${command.name()}\n\n${sentence(command.description())}\n\n\`\`\`text\n${usage}\n\`\`\`\n${argumentsOf(command)}${table}\n\`\`\`\n${after}\n\`\`\`\n`;
  return { name: command.name(), after, text };
};

const afterHelp = (command: Command): string => {
  let text = '';
  const write = (more: string): void => {
    text += more;
  };
  // Its types leave out that a command is an emitter, by which it asks for these texts.
  (command as unknown as EventEmitter).emit('afterHelp', { error: false, command, write });
  return text.trim();
};

const argumentsOf = (command: Command): string => {
  const described = command.registeredArguments.filter(({ description }) => description !== '');
  if (described.length === 0) return '';
  const lines = described.map((argument) => {
    const choices = argument.argChoices === undefined ? '' : ` (${argument.argChoices.join(', ')})`;
    return `- \`${argument.name()}\`: ${argument.description}${choices}\n`;
  });
  return `\n${lines.join('')}`;
};

const row = (option: Option): string => {
  const choices = option.argChoices === undefined ? '' : ` (${option.argChoices.join(', ')})`;
  const [, inWords] = /\(default: (.*)\)$/.exec(option.description) ?? [];
  // Help shows a description in place of the value, if there is one.
  const value: unknown = option.defaultValueDescription ?? option.defaultValue;
  // A switch that is there to be turned off is not a default that anybody sets.
  const given = value === undefined || typeof value === 'boolean' ? (inWords ?? '–') : `\`${String(value)}\``;
  const description = `${option.description.replace(/ \(default: .*\)$/, '')}${choices}`;
  return `| \`${option.flags}\` | ${given} | ${description} |\n`.replace(/(?<=\w)\|(?=\w)/g, '\\|');
};

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
