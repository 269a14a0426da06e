import type { Preparation } from '../supervisor/preparation.ts';
import type { ConfigOptions } from './options.ts';
import { ownCache } from './own-cache.ts';

/** Converts the options that every command takes. */
export const preparationFrom = (
  options: ConfigOptions,
): Pick<
  Preparation,
  | 'origin'
  | 'label'
  | 'only'
  | 'without'
  | 'env'
  | 'colors'
  | 'primaryArgs'
  | 'primaryCommand'
  | 'callerStreams'
  | 'watching'
  | 'cache'
> => {
  // A config may read the working directory.
  if (options.cwd !== undefined) process.chdir(options.cwd);
  return {
    origin: {
      kind: 'file',
      folder: process.cwd(),
      file: options.config ?? null,
      locals: options.local ?? new Map(),
    },
    label: options.name ?? null,
    only: options.only ?? [],
    without: options.without ?? [],
    env: inheritedEnvironment(),
    colors: false,
    primaryArgs: [],
    primaryCommand: null,
    callerStreams: 'none',
    watching: false,
    cache: ownCache(),
  };
};

const inheritedEnvironment = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
