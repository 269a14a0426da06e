import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../config/schema/duration.ts';
import type { Milliseconds } from '../model/words.ts';

const workingFolder = (): string => {
  try {
    return process.cwd();
  } catch {
    // It has been deleted.
    return '/';
  }
};

/** Where the command was typed: `--cwd` changes the working folder later. */
export const startFolder: string = workingFolder();

/** What says which pod is meant. */
export interface PodOptions {
  readonly config?: string;
  readonly cwd?: string;
  readonly name?: string;
  readonly color: boolean;
}

/** What every command that reads a config takes. */
export interface ConfigOptions extends PodOptions {
  readonly only?: readonly string[];
  readonly without?: readonly string[];
}

export interface RunOptions extends ConfigOptions {
  readonly ui?: 'tui' | 'plain' | 'json';
  readonly startTimeout?: Milliseconds;
  /** Runs in the background: what processes write is kept in their log files alone. */
  readonly detached?: boolean;
  /** False: `dev --no-watch`. */
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
  if (ms === null) throw new InvalidArgumentError("It is a duration: '500ms', '10s', '5m', or milliseconds.");
  return ms;
};

export const countOption = (value: string): number => {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('It is a whole number.');
};

export const folderOption = (value: string): string => {
  const folder = resolve(value);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder;
  throw new InvalidArgumentError('There is no such folder.');
};

/** A DNS label, as it stands in names of files. */
const nameOption = (value: string): string => {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)) return value;
  throw new InvalidArgumentError("It is made of a-z, 0-9 and '-', as in 'blue' or 'pr-17'.");
};

export const addPodOptions = (command: Command): Command =>
  command
    .option('-c, --config <file>', 'config file (default: searched upwards from the working directory)')
    .option('--cwd <dir>', 'work as if started in this directory', folderOption)
    .option('--name <name>', 'the pod of this name, which runs beside the others of the config', nameOption)
    .option('--no-color', 'no colours');

export const addConfigOptions = (command: Command): Command =>
  addPodOptions(command)
    .option('--only <names>', 'just these processes, comma-separated, and what they depend on', list)
    .option('--without <names>', 'leave these processes out, comma-separated', list);

export const addRunOptions = (command: Command, startTimeout: string): Command =>
  addConfigOptions(command)
    .addOption(new Option('--ui <kind>', 'how to show what happens').choices(['tui', 'plain', 'json']))
    .option(
      '--start-timeout <duration>',
      `stop with exit code 1 when the primary is not ready in time (default: ${startTimeout})`,
      durationOption,
    );
