import { KILL_AT_MOST } from '../../../core/kill-bounds.ts';
import type { ProcessSpec } from '../../../model/pod-spec.ts';
import type { Milliseconds } from '../../../model/vocabulary.ts';
import { now } from '../../../time/timers.ts';
import type { Wrap } from '../../launch/spawn.ts';
import type { ProcessTrees } from '../../process-tree/process-trees.ts';
import type { RunCommand } from '../command.ts';
import type { Environment } from '../workload.ts';
import { runMarked } from './run-marked.ts';

/**
 * A process that a probe leaves behind may hide from a quick look, and a thorough one after each attempt might cost
 * more than the probe.
 */
const BETWEEN_THOROUGH_LOOKS: Milliseconds = 10_000;

interface BesideOptions {
  readonly process: ProcessSpec;
  readonly trees: ProcessTrees;
  /** Returns the wrapper that makes a command see what the process sees, or null if none is needed. */
  readonly wrap: () => Wrap | null;
}

/**
 * The commands of probes and hooks, which run beside a process. Each probe and hook has a mark of its own, so that its
 * command is not taken for something that the process left behind, and none is ended for another.
 */
export class CommandsBeside {
  readonly #options: BesideOptions;
  /** Marks of the commands that have started a process. */
  readonly #marks = new Set<string>();
  /** Time of the last thorough look for processes that the commands of a name have left behind. */
  readonly #lookedAt = new Map<string, Milliseconds>();
  readonly #startedAt = now();
  readonly #lifetime = new AbortController();

  constructor(options: BesideOptions) {
    this.#options = options;
  }

  runner(name: string, env: Environment): RunCommand {
    const { process, trees, wrap } = this.#options;
    const wrapped = wrap();
    const lifetime = this.#lifetime.signal;
    const place = { cwd: process.launch.cwd, env, lifetime, ...(wrapped === null ? {} : { wrap: wrapped }) };
    const mark = this.#markOf(name);
    const run = runMarked(trees, mark, place);
    return (command, options) => {
      this.#marks.add(mark);
      return run(command, options);
    };
  }

  /** Ends processes that an attempt has left behind before the next one, which carries the same mark. */
  async endLeftovers(name: string): Promise<void> {
    if (now() - (this.#lookedAt.get(name) ?? this.#startedAt) < BETWEEN_THOROUGH_LOOKS) return;
    await this.#options.trees.killMarked(this.#markOf(name), KILL_AT_MOST);
    this.#lookedAt.set(name, now());
  }

  /** Stops reading the output of processes that they have left running. */
  letGo(): void {
    this.#lifetime.abort();
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#marks].map((mark) => this.#options.trees.killMarked(mark, KILL_AT_MOST)));
  }

  #markOf(name: string): string {
    return `${this.#options.process.name}:${name}`;
  }
}
