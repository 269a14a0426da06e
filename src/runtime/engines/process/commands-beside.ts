import { KILL_AT_MOST } from '../../../core/kill-bounds.ts';
import type { ProcessSpec } from '../../../model/pod-spec.ts';
import type { Milliseconds } from '../../../model/vocabulary.ts';
import { now } from '../../../time/timers.ts';
import type { Wrap } from '../../launch/spawn.ts';
import type { ProcessTrees } from '../../process-tree/process-trees.ts';
import type { RunCommand } from '../command.ts';
import type { Environment } from '../workload.ts';
import { runMarked } from './run-marked.ts';

/** What a probe leaves behind may hide from a quick look. A thorough one after each attempt might cost more than it. */
const BETWEEN_THOROUGH_LOOKS: Milliseconds = 10_000;

interface BesideOptions {
  readonly process: ProcessSpec;
  readonly trees: ProcessTrees;
  /** What is started in place of a command, so that it sees what the process sees; null: nothing is. */
  readonly wrap: () => Wrap | null;
}

/**
 * The commands of probes and hooks, which run beside a process. They carry marks of their own, one for each probe and
 * hook, so that none passes for something that the process left behind, and none is ended for another.
 */
export class CommandsBeside {
  readonly #options: BesideOptions;
  /** The marks with which something was started. */
  readonly #marks = new Set<string>();
  /** When all that commands of a name have left behind was looked for. */
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

  /** What an attempt has left behind is ended before the next one, which carries the same mark. */
  async endLeftovers(name: string): Promise<void> {
    if (now() - (this.#lookedAt.get(name) ?? this.#startedAt) < BETWEEN_THOROUGH_LOOKS) return;
    await this.#options.trees.killMarked(this.#markOf(name), KILL_AT_MOST);
    this.#lookedAt.set(name, now());
  }

  /** Nobody has to read any more what they have left running. */
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
