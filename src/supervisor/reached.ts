import { isLive } from '../core/process-state.ts';
import { commandOfLog } from '../model/own-command.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import type { PodLoop } from '../runtime/pod-loop.ts';
import type { ProcessStreams } from '../runtime/process-runner.ts';
import type { TerminalTape } from '../runtime/terminals/terminal-tape.ts';

/** What clients reach of a process, or of a command beside one. */
export interface Reached {
  /** Null: it does not run. */
  readonly streams: ProcessStreams | null;
  /** What is on its terminal; null if it has none. */
  readonly tape: TerminalTape | null;
  /** Time on the core's clock; null: it does not run. */
  readonly launchedAt: Milliseconds | null;
}

/** By the name of its log: `web`, `web.psql`. Null if there is nothing of this name. */
export const reach = (
  loop: PodLoop,
  commands: { reach(process: string, command: string): Reached | null },
  name: string,
): Reached | null => {
  const own = commandOfLog(name);
  if (own !== null) return commands.reach(own.process, own.command);
  const state = loop.pod.processes.get(name)?.state;
  if (state === undefined) return null;
  const launchedAt = isLive(state) ? state.instance.launchedAt : null;
  return { streams: loop.streamsOf(name), tape: loop.tapeOf(name), launchedAt };
};
