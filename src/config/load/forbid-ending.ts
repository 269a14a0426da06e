/** Functions that end the process from within, or replace it. The command line guards `exit` itself at all times. */
const ENDINGS = ['reallyExit', 'abort', 'execve', '_kill', 'kill', 'exit'] as const;

type Ending = (...args: readonly unknown[]) => unknown;
type Endings = Record<string, Ending | undefined>;

/**
 * Makes the functions that end this process throw when a config calls them, because they would silently end a pod's
 * supervisor. Returns a function that restores them. Signals to other processes are sent.
 */
export const forbidEnding = (): (() => void) => {
  const endings = process as unknown as Endings;
  const before = ENDINGS.map((name) => [name, endings[name]] as const);
  for (const [name, ending] of before) if (ending !== undefined) endings[name] = refusing(name, ending);
  return () => {
    for (const [name, ending] of before) if (ending !== undefined) Reflect.set(endings, name, ending);
  };
};

const refusing = (name: string, ending: Ending): Ending => {
  const isKill = name.endsWith('kill');
  return (...args) => {
    if (isKill && !isOurEnd(args)) return Reflect.apply(ending, process, args);
    throw new Error(`process.${name}(${said(args)}) was called, which would end sidecarctl: remove it`);
  };
};

/** 0 and -1 stand for groups that include this process; signal 0 only checks. */
const isOurEnd = ([pid, signal]: readonly unknown[]): boolean =>
  [process.pid, -process.pid, 0, -1].includes(Number(pid)) && signal !== 0;

const said = (args: readonly unknown[]): string =>
  args.map((value) => (typeof value === 'object' ? '…' : String(value))).join(', ');
