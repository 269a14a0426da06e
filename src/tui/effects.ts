import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { LogView, PodClient, PodRequest } from '../control/pod-client.ts';
import { sleep } from '../time/timers.ts';
import type { ShownLine } from './log/shown-line.ts';
import { openUrl } from './open-url.ts';
import {
  ALL_PROCESSES,
  type Effect,
  logStateOf,
  type ScreenEffect,
  sourceOf,
  type UiState,
} from './state/ui-state.ts';
import { cleanLine } from './text/clean-line.ts';
import { count } from './text/format.ts';
import { plainOf } from './text/styled.ts';

/** The tools that effects are carried out with. */
export interface Tools {
  readonly client: PodClient;
  /** Saves a file of this name, and returns its path. */
  readonly save: (name: string, bytes: Buffer) => string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly state: UiState;
  /** Log on the screen, with its filter. */
  readonly log: LogView;
  /** The same as it grows, also while it is paused. */
  readonly live: LogView;
  readonly notify: (text: string) => void;
  readonly write: (text: string) => void;
  /** Gives the terminal away for the duration of a function. */
  readonly away: (act: () => Promise<void>) => Promise<void>;
}

type Elsewhere = Exclude<Effect, ScreenEffect>;

export const carryOut = (effect: Elsewhere, tools: Tools): Promise<void> => {
  switch (effect.type) {
    case 'copy':
      return copy(effect.lines, tools);
    case 'save':
      return saveLog(tools);
    case 'pager':
      return tools.away(() => page(tools));
    case 'suspend':
      return tools.away(suspend);
    case 'open-url':
      return openUrl(effect.url, tools);
    default:
      return request(effect, tools);
  }
};

const request = async (asked: PodRequest, { client, notify }: Tools): Promise<void> => {
  const outcome = await client.request(asked);
  if (!outcome.ok) notify(outcome.message);
};

/** xterm takes no more in one sequence. */
const MOST_COPIED = 74_000;

/**
 * Copies through the terminal (OSC 52), so that it works over ssh too. It cannot be known whether the terminal obeys.
 */
const copy = async (copied: readonly ShownLine[], { notify, write }: Tools): Promise<void> => {
  const lines = copied.map(textOf);
  if (lines.length === 0) return notify('there is nothing to copy');
  const encoded = Buffer.from(lines.map((line) => `${line}\n`).join('')).toString('base64');
  if (encoded.length > MOST_COPIED) return notify('too much to copy: S saves it to a file');
  write(`\u001b]52;c;${encoded}\u0007`);
  notify(`copied ${count(lines.length, 'line')} (OSC 52; your terminal must allow it)`);
};

const textOf = ({ line, told }: ShownLine): string =>
  told === undefined ? plainOf(cleanLine(line, false)) : `── ${told.text} ──`;

const nameOf = ({ client, state }: Tools): string => {
  const source = sourceOf(state);
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${client.snapshot.name}-${source === ALL_PROCESSES ? 'all' : source}-${time}.log`;
};

/** Lines of output as bytes, with the process's name if there are several processes. */
const bytesOf = ({ log, state }: Tools): Buffer => {
  const isMerged = sourceOf(state) === ALL_PROCESSES;
  const newline = Buffer.from('\n');
  return Buffer.concat(
    log
      .after(0, Infinity)
      .filter(({ told }: ShownLine) => told === undefined)
      .flatMap(({ process, line }) => [...(isMerged ? [Buffer.from(`${process} | `)] : []), line, newline]),
  );
};

const saveLog = async (tools: Tools): Promise<void> =>
  tools.notify(`saved to ${tools.save(nameOf(tools), bytesOf(tools))}`);

const page = async (tools: Tools): Promise<void> => {
  const files = await filesWithMore(tools);
  if (files.length > 0) return runPager(files, tools);
  const folder = await mkdtemp(join(tmpdir(), 'sidecarctl-'));
  try {
    const path = join(folder, nameOf(tools));
    await writeFile(path, bytesOf(tools), { mode: 0o600 });
    await runPager([path], tools);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/**
 * Log files of the process, oldest first, if they have lines that have left the memory. A filter or a clear leaves lines
 * out, and a log of all processes has no file.
 */
const filesWithMore = async ({ client, state, live }: Tools): Promise<readonly string[]> => {
  const process = client.snapshot.processes.find(({ name }) => name === sourceOf(state));
  const isWhole = state.filter === null && state.least === null && logStateOf(state).clearedTo === 0;
  const newest = process?.logFile ?? null;
  if (newest === null || !isWhole || live.count === live.after(0, Infinity).length) return [];
  const files = await readdir(dirname(newest));
  const start = `${basename(newest, '.log')}.`;
  const parts = files.filter(
    (name) => name.startsWith(start) && /^(\d+\.)?log$/.test(name.slice(start.length)),
  );
  const partOf = (name: string): number => Number.parseInt(name.slice(start.length), 10) || 0;
  return parts
    .toSorted((one, other) => partOf(other) - partOf(one))
    .map((name) => join(dirname(newest), name));
};

const runPager = async (paths: readonly string[], { env, notify }: Tools): Promise<void> => {
  const { execa } = await import('execa');
  const command = env['PAGER'] || 'less -R';
  // The shell splits the pager's command as usual; the paths are passed as arguments, which it does not parse.
  const args = ['-c', `${command} "$@"`, 'pager', ...paths];
  const { exitCode } = await execa('/bin/sh', args, {
    stdio: 'inherit',
    env,
    extendEnv: false,
    reject: false,
  });
  if (exitCode === 127) notify(`${command}: not found; set PAGER to another pager`);
};

const STOPPED_FOR_MS = 50;

/** Stops the whole job, as the terminal does for Ctrl-Z, and continues when it does. Without a shell nothing stops. */
const suspend = async (): Promise<void> => {
  process.kill(0, 'SIGTSTP');
  await sleep(STOPPED_FOR_MS);
};
