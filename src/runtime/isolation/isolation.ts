import { existsSync, statSync } from 'node:fs';
import type { IsolationFailure } from '../../model/failures/isolation-failure.ts';
import type { IsolationSpec, MountSpec, ProcessSpec } from '../../model/pod-spec.ts';
import type { Wrap } from '../launch/spawn.ts';
import { whatStandsAt } from '../state/what-stands-at.ts';
import { type FoundNamespaces, findNamespaces } from './find-namespaces.ts';
import { enteringLaunch, isolatedLaunch, type Namespaces } from './isolated-launch.ts';
import { directoryAbove, kindOf, standing } from './mount-points.ts';

export type IsolatedLaunch =
  | { readonly ok: true; readonly wrap: Wrap }
  | { readonly ok: false; readonly failure: IsolationFailure };

/** Starts the isolated processes of a pod, with what the machine supports. */
export class Isolation {
  readonly #found: FoundNamespaces;

  private constructor(found: FoundNamespaces) {
    this.#found = found;
  }

  /**
   * Tries what these processes ask for.
   *
   * @example
   * const isolation = await Isolation.find(processes);
   * const failures = isolation.obstaclesTo(processes);
   */
  static async find(processes: readonly ProcessSpec[]): Promise<Isolation> {
    const asked = processes.flatMap(({ isolation }) => isolation ?? []);
    const pids = asked.some(({ ownPids }) => ownPids);
    const mounts = asked.flatMap((isolation) => isolation.mounts);
    const readOnly = mounts.some((mount) => mount.readOnly);
    const newPoints = mounts.some(({ path }) => !existsSync(path));
    return new Isolation(await findNamespaces({ pids, mounts: mounts.length > 0, readOnly, newPoints }));
  }

  get isPossible(): boolean {
    return this.#found.ok;
  }

  /** Obstacles that keep these processes from being started now; those that ask for no isolation are skipped. */
  obstaclesTo(processes: readonly ProcessSpec[]): readonly IsolationFailure[] {
    const isolated = processes.filter(({ isolation }) => isolation !== null);
    if (isolated.length === 0) return [];
    const names = isolated.map(({ name }) => name);
    const refused = this.#found.ok ? [] : [{ ...this.#found.refusal, processes: names }];
    return [...refused, ...isolated.flatMap(missingMountPoints)];
  }

  /** Wraps the process itself. */
  around(process: ProcessSpec): IsolatedLaunch {
    const [obstacle] = this.obstaclesTo([process]);
    if (obstacle !== undefined) return { ok: false, failure: obstacle };
    return { ok: true, wrap: this.#wrap(process, process.isolation) };
  }

  /**
   * Wraps a command that sees what the process sees: a probe, a hook, or `exec`. `root` is the launched pid, or null
   * while the process is down: then there is no pid namespace to enter, and its mounts are made again.
   */
  aroundAuxiliary({ isolation, launch }: ProcessSpec, root: number | null): Wrap {
    if (isolation?.ownPids === true && root !== null)
      return (spawnable) => enteringLaunch(spawnable, root, this.#namespaces, launch.cwd);
    const mounts = isolation?.mounts ?? [];
    if (mounts.length === 0) return (spawnable) => spawnable;
    return this.#wrap({ launch }, { ownPids: false, mounts });
  }

  /** Words before a command that runs beside the process; empty if it needs none. */
  wordsToEnter(
    process: ProcessSpec,
    root: number | null,
    env: Readonly<Record<string, string>>,
  ): readonly string[] {
    if (!this.#found.ok) return [];
    const { file, args } = this.aroundAuxiliary(process, root)({ file: '', args: [], verbatim: false }, env);
    return [file, ...args].slice(0, -1);
  }

  #wrap({ launch }: Pick<ProcessSpec, 'launch'>, isolation: IsolationSpec | null): Wrap {
    return (spawnable, env) =>
      isolation === null
        ? spawnable
        : isolatedLaunch(spawnable, isolation, this.#namespaces, { cwd: launch.cwd, env });
  }

  get #namespaces(): Namespaces {
    if (!this.#found.ok) throw new Error('a process was let through that cannot be isolated');
    return this.#found.namespaces;
  }
}

const missingMountPoints = ({ name, isolation }: ProcessSpec): readonly IsolationFailure[] =>
  (isolation?.mounts ?? [])
    .map((mount) => ({ ...mount, expected: kindOf(mount) }))
    .filter(({ path, expected }) => !isMountPoint(path, expected))
    .map(({ name: mount, path, expected }) => {
      const at = standing(path);
      const point = { mount, expected: expected ?? 'folder', path, at } as const;
      return { kind: 'no-mount-point', process: name, ...point, found: whatStandsAt(at) };
    });

/** The kernel mounts a folder over a folder, and a file over anything else. Where nothing stands, a point is made. */
const isMountPoint = (path: string, expected: MountSpec['kind'] | null): boolean => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return directoryAbove(path) !== null;
  if (expected === null) return true;
  return found.isDirectory() === (expected === 'folder');
};
