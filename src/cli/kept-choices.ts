import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { HeldFolder } from '../files/held-folder.ts';
import { LAYOUTS } from '../model/log-layouts.ts';
import { TIMES } from '../model/log-times.ts';
import type { Choices } from '../tui/state/choices.ts';

/** What this user has chosen in the dashboard of a project. A file that makes no sense counts as none. */
export const keptChoices = (configFile: string): Choices => {
  try {
    const base = stateHome(process.env);
    using folder = HeldFolder.open(base, folderIn(base));
    const name = nameFor(configFile);
    const file = folder.look(name);
    const isSound = file?.isFile() === true && file.size <= MOST_BYTES;
    return isSound ? soundChoices(JSON.parse(folder.read(name)), configFile) : {};
  } catch {
    return {};
  }
};

/** Keeps the choices for the next time, for this user alone. Throws the file system's error. */
export const keepChoices = (configFile: string, choices: Choices): void => {
  const base = stateHome(process.env);
  mkdirSync(base, { recursive: true, mode: 0o700 });
  using folder = HeldFolder.open(base, folderIn(base), { make: true });
  folder.replace(nameFor(configFile), `${JSON.stringify({ config: configFile, ...choices })}\n`);
};

const MOST_BYTES = 65_536;
const MOST_PINNED = 3;

/** As the XDG base directory specification says, a relative path in the variable does not count. */
const stateHome = ({ XDG_STATE_HOME: folder = '' }: NodeJS.ProcessEnv): string => {
  if (isAbsolute(folder)) return folder;
  const home = homedir();
  if (!existsSync(home)) throw new Error(`the home folder ${home} does not exist`);
  return join(home, '.local', 'state');
};

const folderIn = (base: string): string => join(base, 'sidecarctl', 'dashboard');

const LONGEST_NAME = 200;

/**
 * A name has at most 255 bytes. Of a longer path it has the end, and the file says which path it is for: node:crypto
 * would cost 6 ms of the start.
 */
const nameFor = (configFile: string): string => `${encodeURIComponent(configFile).slice(-LONGEST_NAME)}.json`;

const soundChoices = (value: unknown, configFile: string): Choices => {
  if (typeof value !== 'object' || value === null) return {};
  const { config, wrap, times, layout, pinned }: Partial<Record<keyof Choices | 'config', unknown>> = value;
  if (config !== configFile) return {};
  const soundTimes = TIMES.find((one) => one === times);
  const soundLayout = LAYOUTS.find((one) => one === layout);
  return {
    ...(typeof wrap === 'boolean' ? { wrap } : {}),
    ...(soundTimes === undefined ? {} : { times: soundTimes }),
    ...(soundLayout === undefined ? {} : { layout: soundLayout }),
    ...(Array.isArray(pinned) ? { pinned: soundPins(pinned) } : {}),
  };
};

const soundPins = (pinned: readonly unknown[]): readonly string[] =>
  [...new Set(pinned.filter((source) => typeof source === 'string'))].slice(0, MOST_PINNED);
