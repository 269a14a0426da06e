import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import type { IsolationAttempt, IsolationWay, Refusal } from '../../model/failures/isolation-failure.ts';
import type { IsolationSpec } from '../../model/pod-spec.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { findHindrance } from './hindrance.ts';
import { isolatedLaunch, type Namespaces } from './isolated-launch.ts';
import { findPrograms } from './programs.ts';

/** The isolation to try. */
export interface RequestedNamespaces {
  readonly pids: boolean;
  readonly mounts: boolean;
  readonly readOnly?: boolean;
  /** True if something is mounted where nothing stands. */
  readonly newPoints?: boolean;
}

export type FoundNamespaces =
  | { readonly ok: true; readonly namespaces: Namespaces }
  | { readonly ok: false; readonly refusal: Refusal };

const ATTEMPT_AT_MOST: Milliseconds = 10_000;

/**
 * Tries exactly what a launch does, with a command that does nothing: kernels, settings, containers and versions of
 * util-linux differ in too many ways to check each. It takes as long as one such launch.
 */
export const findNamespaces = async (requested: RequestedNamespaces): Promise<FoundNamespaces> => {
  const found = findPrograms();
  if (!found.ok) {
    const { program, lookedIn } = found;
    return { ok: false, refusal: { kind: 'program-missing', program, lookedIn } };
  }
  const tried: IsolationAttempt[] = [];
  for (const way of waysToTry()) {
    const namespaces = { programs: found.programs, way };
    const failed = await attempt(namespaces, requested);
    if (failed === null) return { ok: true, namespaces };
    tried.push({ way, ...failed });
  }
  return { ok: false, refusal: { kind: 'namespaces-refused', tried, hindrance: findHindrance() } };
};

/** Root in a container may lack the rights, and get them in a user namespace. */
const waysToTry = (): readonly IsolationWay[] =>
  process.geteuid?.() === 0 ? ['privileged', 'user-namespace'] : ['user-namespace'];

type FailedTrial = Omit<IsolationAttempt, 'way'>;

/** Returns null if it works. */
const attempt = (namespaces: Namespaces, requested: RequestedNamespaces): Promise<FailedTrial | null> => {
  const { pids, mounts, readOnly = false, newPoints = false } = requested;
  const folder = tmpdir();
  const path = newPoints ? NOWHERE : folder;
  const mount = { name: '', kind: 'folder', source: folder, subPath: '', path, readOnly } as const;
  const isolation: IsolationSpec = {
    ownPids: pids,
    mounts: mounts ? [mount] : [],
  };
  const command = { file: '/bin/sh', args: ['-c', LOOK_AND_DIE], verbatim: false };
  const { file, args } = isolatedLaunch(command, isolation, namespaces, { cwd: '/', env: {} });
  const options = { env: { LC_ALL: 'C' }, timeout: ATTEMPT_AT_MOST, cwd: '/' };
  return new Promise((resolve) => {
    execFile(file, args, options, (error, _, stderr) =>
      resolve(error?.signal === EXPECTED_END ? null : failedTrial(stderr, error)),
    );
  });
};

/** A path that no machine has. */
const NOWHERE = '/sidecarctl-tries-whether-it-can-mount';

/** Its own pid must match the one in /proc, and its end must be reported correctly. */
const LOOK_AND_DIE = 'read -r pid rest </proc/self/stat && [ "$pid" = $$ ] && kill -s USR1 $$';
const EXPECTED_END = 'SIGUSR1';

const failedTrial = (stderr: string, error: { readonly code?: unknown } | null): FailedTrial => {
  const code = error === null ? 0 : error.code;
  return {
    message: stderr.trim().split('\n', 1)[0] ?? '',
    exitCode: typeof code === 'number' ? code : null,
  };
};
