import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../config/schema/duration.ts';
import type { Milliseconds } from '../model/vocabulary.ts';

/** Options that select a pod. */
export interface PodOptions {
  readonly config?: string;
  readonly cwd?: string;
  readonly name?: string;
  readonly color: boolean;
}

/** Options of every command that reads a config. */
export interface ConfigOptions extends PodOptions {
  readonly only?: readonly string[];
  readonly without?: readonly string[];
  /** Commands by the containers whose places they take. */
  readonly local?: ReadonlyMap<string, string>;
}

export interface RunOptions extends ConfigOptions {
  readonly ui?: 'tui' | 'plain' | 'json';
  readonly startTimeout?: Milliseconds;
  /** Puts the time before each line of plain output. */
  readonly timestamps?: boolean;
  /** Runs in the background: output is kept in the log files only. */
  readonly detached?: boolean;
  /** False with `dev --no-watch`. */
  readonly watch?: boolean;
}

const list = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
];

export const durationOption = (value: string): Milliseconds => {
  const ms = parseDuration(/^\d+$/.test(value) ? Number(value) : value);
  if (ms === null)
    throw new InvalidArgumentError(
      "Expected a duration such as '500ms', '10s' or '5m', or a number of milliseconds.",
    );
  return ms;
};

export const countOption = (value: string): number => {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Expected a whole number.');
};

export const folderOption = (value: string): string => {
  const folder = resolve(value);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder;
  throw new InvalidArgumentError('No such folder.');
};

/** Parses a DNS label, which becomes a part of file names. */
const nameOption = (value: string): string => {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)) return value;
  throw new InvalidArgumentError("A name has only a-z, 0-9 and '-', as in 'blue' or 'pr-17'.");
};

export const addPodOptions = (command: Command): Command =>
  command
    .option('-c, --config <file>', 'config file (default: found in the working directory or above it)')
    .option('--cwd <dir>', 'run as if started in this directory', folderOption)
    .option('--name <name>', 'pod name, to run several pods of one config side by side', nameOption)
    .option('--no-color', 'no colors');

export const addConfigOptions = (command: Command): Command =>
  addPodOptions(command)
    .option('--only <names>', 'start only these processes and their dependencies, comma-separated', list)
    .option('--without <names>', 'leave out these processes, comma-separated', list);

const localOption = (
  value: string,
  before: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> => {
  const at = value.indexOf('=');
  const [name, command] = [value.slice(0, at), value.slice(at + 1).trim()];
  if (at < 1 || command === '')
    throw new InvalidArgumentError("It has the form NAME=COMMAND: 'app=npm start'.");
  if (before.has(name)) throw new InvalidArgumentError(`${name} has a command already: give it once.`);
  return new Map([...before, [name, command]]);
};

export const addLocalOption = (command: Command): Command =>
  command.option(
    '--local <name=command>',
    'run a command of this machine in the place of a container; can be given for several',
    localOption,
  );

export const addRunOptions = (command: Command, startTimeout: string): Command =>
  addConfigOptions(command)
    .addOption(new Option('--ui <kind>', 'kind of output').choices(['tui', 'plain', 'json']))
    .option('--timestamps', 'put the local time before each line of plain output')
    .option(
      '--start-timeout <duration>',
      `stop with exit code 1 if the primary is not ready in time (default: ${startTimeout})`,
      durationOption,
    );
