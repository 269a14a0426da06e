import { KILL_AT_MOST } from '../../../core/kill-bounds.ts';
import type { ProcessSpec } from '../../../model/pod-spec.ts';
import type { Milliseconds } from '../../../model/vocabulary.ts';
import { now } from '../../../time/timers.ts';
import type { Wrap } from '../../launch/spawn.ts';
import { auxiliaryMark } from '../../process-tree/auxiliary-marks.ts';
import type { ProcessTrees } from '../../process-tree/process-trees.ts';
import type { RunCommand } from '../command.ts';
import type { Environment } from '../workload.ts';
import { runMarked } from './run-marked.ts';

/** Leftovers of a probe may hide from a quick look. A thorough look after each attempt may cost more than the probe. */
const BETWEEN_THOROUGH_LOOKS: Milliseconds = 10_000;

interface AuxiliaryOptions {
  readonly process: ProcessSpec;
  readonly trees: ProcessTrees;
  /** Program to start in place of a command, so that the command sees what the process sees. */
  readonly wrap: () => Wrap | null;
}

/**
 * Runs the commands of probes and hooks beside a process. Each probe and hook has a mark of its own, so that a command is
 * not taken for something that the process left behind, and is not ended for another one.
 */
export class AuxiliaryCommands {
  readonly #options: AuxiliaryOptions;
  /** Marks with which something was started. */
  readonly #marks = new Set<string>();
  /** Times of the last thorough looks, by name. */
  readonly #lookedAt = new Map<string, Milliseconds>();
  readonly #startedAt = now();
  readonly #lifetime = new AbortController();

  constructor(options: AuxiliaryOptions) {
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

  /** Ends what an attempt has left behind. The next attempt has the same mark. */
  async endLeftovers(name: string): Promise<void> {
    if (now() - (this.#lookedAt.get(name) ?? this.#startedAt) < BETWEEN_THOROUGH_LOOKS) return;
    await this.#options.trees.killMarked(this.#markOf(name), KILL_AT_MOST);
    this.#lookedAt.set(name, now());
  }

  /** Stops reading the output of what commands have left running. */
  letGo(): void {
    this.#lifetime.abort();
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#marks].map((mark) => this.#options.trees.killMarked(mark, KILL_AT_MOST)));
  }

  #markOf(name: string): string {
    return auxiliaryMark(this.#options.process.name, name);
  }
}
