import { isatty } from 'node:tty';
import type { Preparation } from '../supervisor/prepare-pod.ts';
import type { ConfigOptions } from './options.ts';
import { wantsColor } from './terminal.ts';

/** What the options that every command takes say of the pod. */
export const preparationFrom = (
  options: ConfigOptions,
): Pick<
  Preparation,
  'origin' | 'label' | 'only' | 'without' | 'env' | 'primaryArgs' | 'primaryCommand' | 'watching'
> => {
  // A config may ask for its working directory too.
  if (options.cwd !== undefined) process.chdir(options.cwd);
  return {
    origin: { kind: 'file', folder: process.cwd(), file: options.config ?? null },
    label: options.name ?? null,
    only: options.only ?? [],
    without: options.without ?? [],
    env: inheritedEnvironment(options),
    primaryArgs: [],
    primaryCommand: null,
    watching: false,
  };
};

/** A child cannot see the terminal behind our pipes, so what the terminal can do is passed on. */
const inheritedEnvironment = (options: ConfigOptions): Record<string, string> => {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([, value]) => value !== undefined),
  );
  const ours = isatty(1) && wantsColor(1, options.color) ? FOR_COLOR : {};
  return { ...ours, ...inherited } as Record<string, string>;
};

/** chalk and Node's styleText read FORCE_COLOR, most others CLICOLOR_FORCE; Python buffers what is no terminal. */
const FOR_COLOR = {
  FORCE_COLOR: '1',
  CLICOLOR_FORCE: '1',
  CARGO_TERM_COLOR: 'always',
  PYTHONUNBUFFERED: '1',
};
