import type { PodState } from '../core/pod-state.ts';
import { isUp, type ProcessState } from '../core/process-state.ts';
import type { PodSpec, ProcessSpec } from '../model/pod-spec.ts';
import { composeEnvironment } from '../runtime/launch/environment.ts';

/**
 * Finds the processes whose environment would be different by now, because their env files have changed since their
 * launch.
 */
export class EnvFileChanges {
  readonly #launchedWith = new Map<string, string>();

  /** Reports a launch. */
  launched(spec: ProcessSpec): void {
    const { name, launch } = spec;
    if (filesOf(launch.env).length > 0) this.#launchedWith.set(name, fingerprint(spec));
  }

  /** Processes that are up or wait for a change, and completed init tasks if their own files have changed. */
  concerned(pod: PodState): string[] {
    return [...pod.processes.values()]
      .filter(
        ({ state, spec }) =>
          isUp(state) || (state.is === 'failed' && spec.waitsForChange) || isDone(state, spec),
      )
      .filter(({ spec }) => this.#hasChanged(spec))
      .map(({ spec }) => spec.name);
  }

  #hasChanged(spec: ProcessSpec): boolean {
    const before = this.#launchedWith.get(spec.name);
    return before !== undefined && before !== fingerprint(spec);
  }
}

const isDone = ({ is }: ProcessState, { role }: ProcessSpec): boolean =>
  is === 'completed' && role === 'init';

type Env = ProcessSpec['launch']['env'];

const filesOf = ({ podFiles, files }: Env): string[] => [...podFiles, ...files].map(({ path }) => path);

/** Absolute paths, each once. */
export const envFilesOf = (spec: PodSpec): string[] => [
  ...new Set([...spec.processes.values()].flatMap(({ launch }) => filesOf(launch.env))),
];

/** Ports of other processes do not come from env files. */
const fingerprint = ({ role, launch: { env } }: ProcessSpec): string => {
  const own = role === 'init' ? { podFiles: [], pod: {} } : {};
  const composed = composeEnvironment({ ...env, ...own, services: {}, injected: {} });
  return composed.ok ? JSON.stringify(Object.entries(composed.env).sort()) : JSON.stringify(composed.failure);
};
