import type { ContainerEngineName } from '../../../model/container-engines.ts';
import type { Milliseconds } from '../../../model/vocabulary.ts';
import { findProgram } from '../../launch/program-search.ts';
import type { ContainerPlace } from '../../state/state-folder.ts';
import type { Environment } from '../workload.ts';

/** What is needed to run a command of an engine, now or after the death of the supervisor. */
export type CliPlace = ContainerPlace;

export interface CliAnswer {
  readonly ok: boolean;
  readonly stdout: string;
  /** Last line of stderr that is not empty. */
  readonly said: string;
  /** True if the command was not there to be run. */
  readonly isMissing: boolean;
  readonly timedOut: boolean;
}

interface AskOptions {
  readonly timeout: Milliseconds;
  readonly signal?: AbortSignal;
  /** What it reads on its stdin. Default: nothing. */
  readonly input?: string | null;
  /** Gets each line of both streams. */
  readonly onLine?: (line: string) => void;
}

/** A daemon that does not answer must not hold up a pod for ever. */
export const CLI_ANSWERS_WITHIN: Milliseconds = 20_000;

/**
 * Variables of a user that a client of an engine reads: where the engine, its configuration and its storage are. A
 * container's own variables of these names must not reach the client.
 */
const OF_CLIENT =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|LANG|LC_\w+|XDG_\w+|DBUS_\w+|SSH_\w+|SSL_\w+|(?:https?|no|all)_proxy|(?:HTTPS?|NO|ALL)_PROXY|(?:DOCKER|CONTAINERS?|CONTAINERD|PODMAN|NERDCTL|BUILDKIT|BUILDAH|STORAGE|REGISTRY|CNI|NETAVARK|IMAGE)_\w+|_CONTAINERS_\w+|GO\w+)$/;

export const isOfClient = (variable: string): boolean => OF_CLIENT.test(variable);

/** Label of everything that a run makes: its value is the id of the run. */
export const RUN_LABEL = 'sidecarctl.run';

export const clientEnvironment = (inherited: Readonly<Record<string, string | undefined>>): Environment =>
  Object.fromEntries(
    Object.entries(inherited).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && isOfClient(entry[0]),
    ),
  );

/** The command line of a container engine. */
export class ContainerCli implements CliPlace {
  readonly engine: ContainerEngineName;
  readonly env: Environment;

  constructor({ engine, env }: CliPlace) {
    this.engine = engine;
    this.env = env;
  }

  /** Absolute path, or null if it is not installed. */
  get file(): string | null {
    const found = findProgram(this.engine, '/', this.env);
    return 'path' in found ? found.path : null;
  }

  /** Runs a command of the engine to its end. Never rejects. */
  ask(args: readonly string[], options: AskOptions): Promise<CliAnswer> {
    const { file } = this;
    return file === null ? Promise.resolve(MISSING) : run(file, args, this.env, options);
  }
}

const MISSING: CliAnswer = { ok: false, stdout: '', said: '', isMissing: true, timedOut: false };

/** Without a library: the clean-up after a dead supervisor has none. */
const run = (
  file: string,
  args: readonly string[],
  env: Environment,
  { timeout, signal, onLine, input = null }: AskOptions,
): Promise<CliAnswer> =>
  new Promise((resolve) => {
    const until = AbortSignal.any([
      AbortSignal.timeout(Math.ceil(timeout)),
      ...(signal === undefined ? [] : [signal]),
    ]);
    // Loaded late: most pods have no containers.
    const { spawn } = process.getBuiltinModule('node:child_process');
    const child = spawn(file, args, {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      signal: until,
      killSignal: 'SIGKILL',
    });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      const pass = onLine === undefined ? null : linePasser(onLine);
      child[name].setEncoding('utf8').on('data', (text: string) => {
        texts[name] = (texts[name] + text).slice(-KEPT);
        pass?.(text);
      });
    }
    child.on('error', () => undefined);
    // It may end without having read everything.
    child.stdin.on('error', () => undefined).end(input ?? '');
    child.on('close', (code) =>
      resolve({
        ok: code === 0,
        stdout: texts.stdout,
        said: lastLine(texts.stderr),
        isMissing: false,
        timedOut: until.aborted && signal?.aborted !== true,
      }),
    );
  });

/** Characters: more than any answer that is read. */
const KEPT = 1_000_000;

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)?.trim() ?? '';

const linePasser = (onLine: (line: string) => void): ((text: string) => void) => {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split(/[\r\n]+/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine(line.trim());
  };
};
