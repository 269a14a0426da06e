import type { Argument, Command, Option } from 'commander';

/** Completions at the cursor: words, or a kind that the shell itself completes. */
type Candidates = readonly Candidate[] | 'files' | 'folders' | 'processes';

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/**
 * Finds completions of the last word, which may be empty. The words are those after `sidecarctl`. Everything is read
 * from the commands' definitions, so nothing has to be kept in step.
 */
export const findCandidates = (program: Command, words: readonly string[]): Candidates => {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  // The rest belongs to another program.
  if (before.includes('--')) return 'files';
  const at = before.findIndex((word) => !word.startsWith('-'));
  const command = at === -1 ? program : program.commands.find((each) => each.name() === before[at]);
  if (command === undefined) return before[at] === 'help' ? commandsOf(program) : [];
  return ofCommand(command, before.slice(at + 1), current, program);
};

const ofCommand = (
  command: Command,
  before: readonly string[],
  current: string,
  program: Command,
): Candidates => {
  const options = optionsOf(command);
  const attached = /^(--[^=]+)=/.exec(current);
  if (attached !== null) return valuesAfter(optionCalled(options, attached[1] ?? ''), `${attached[1]}=`);
  const asked = optionCalled(options, before.at(-1) ?? '');
  if (asked !== undefined && takesValue(asked)) return valuesAfter(asked, '');
  if (current.startsWith('-')) return options.filter((option) => isFree(option, before)).flatMap(flagsOf);
  if (command === program) return commandsOf(program);
  return ofArgument(argumentAt(command, positionIn(before, options)));
};

const commandsOf = (program: Command): readonly Candidate[] =>
  program
    .createHelp()
    .visibleCommands(program)
    .map((command) => ({
      value: command.name(),
      description: command.description(),
    }));

const optionsOf = (command: Command): readonly Option[] => command.createHelp().visibleOptions(command);

const optionCalled = (options: readonly Option[], flag: string): Option | undefined =>
  flag === '' ? undefined : options.find(({ short, long }) => short === flag || long === flag);

const takesValue = ({ required, optional }: Option): boolean => required || optional;

const isFree = (option: Option, before: readonly string[]): boolean =>
  !before.some((word) => word === option.long || word === option.short);

const flagsOf = ({ short, long, description }: Option): readonly Candidate[] =>
  [long, short].flatMap((value) => (value === undefined ? [] : [{ value, description }]));

const valuesAfter = (option: Option | undefined, prefix: string): Candidates => {
  if (option === undefined) return [];
  if (option.argChoices !== undefined) return choicesOf(option.argChoices, prefix);
  const placeholder = /[<[]([a-z-]+=?)/.exec(option.flags)?.[1] ?? '';
  // A single name as an option's value is the pod's.
  return placeholder === 'name' ? [] : ofPlaceholder(placeholder);
};

const choicesOf = (choices: readonly string[], prefix = ''): readonly Candidate[] =>
  choices.map((choice) => ({ value: `${prefix}${choice}`, description: '' }));

/** The placeholder in the help says what a value is. */
const ofPlaceholder = (placeholder: string): Candidates => {
  if (/^(?:names?=?|process)$/.test(placeholder)) return 'processes';
  if (/^(file|path)$/.test(placeholder)) return 'files';
  return /^(dir|folder)$/.test(placeholder) ? 'folders' : [];
};

const ofArgument = (argument: Argument | undefined): Candidates => {
  if (argument === undefined) return [];
  return argument.argChoices === undefined ? ofPlaceholder(argument.name()) : choicesOf(argument.argChoices);
};

/** Number of arguments before the cursor. */
const positionIn = (before: readonly string[], options: readonly Option[]): number =>
  before.filter((word, at) => {
    const owner = optionCalled(options, before[at - 1] ?? '');
    return !word.startsWith('-') && !(owner !== undefined && takesValue(owner));
  }).length;

const argumentAt = ({ registeredArguments }: Command, position: number): Argument | undefined => {
  const last = registeredArguments.at(-1);
  return registeredArguments[position] ?? (last?.variadic === true ? last : undefined);
};
