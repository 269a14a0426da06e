import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { composeIn, findConfig, nearlyConfig, searchedNames } from '../config/load/find-config.ts';
import { type ConnectionLimits, PodSilent } from '../control/client/connection.ts';
import { RemotePod } from '../control/client/remote-pod.ts';
import { withNearest } from '../model/nearest.ts';
import { unreadableRecordText } from '../report/storage-failures.ts';
import { isMaybeAlive } from '../runtime/process-tree/process-identity.ts';
import { findPodsOf, lookForPod, type PodKey, type PodRecord } from '../runtime/state/pod-record.ts';
import { isOwnSocket } from '../runtime/state/socket-folder.ts';
import { absenceText, isUnanswered } from './absence.ts';
import { NO_POD, POD_FAILED, TIMED_OUT, USAGE_ERROR } from './exit-codes.ts';
import { nameCommand } from './name-command.ts';
import type { PodOptions } from './options.ts';
import { warn } from './warn.ts';

/**
 * Returns the config file that the options mean, without reading it; null, with a message on stderr, if there is none.
 */
export const locateConfig = ({ config, cwd = process.cwd() }: PodOptions): string | null => {
  if (config !== undefined) return resolve(cwd, config);
  const found = findConfig(cwd);
  const near = found === null ? nearlyConfig(cwd) : null;
  const hint = near === null ? '' : `; ${near} is there, but is not one of these names`;
  const compose = found === null ? composeIn(cwd) : null;
  const example = compose === null ? '' : `, as in -c ${compose}`;
  if (found === null)
    warn(
      `no config found in ${cwd} or above it: ${searchedNames.join(', ')}${hint}; write one with 'sidecarctl init', or name one with -c${example}`,
    );
  return found;
};

type Sought =
  | { readonly kind: 'pod'; readonly key: PodKey; readonly record: PodRecord }
  | { readonly kind: 'none'; readonly key: PodKey }
  | { readonly kind: 'unknown'; readonly exitCode: number };

/** Looks for the pod that the options mean. Reports on stderr if there is no config, or if it cannot be known. */
export const seekPod = (options: PodOptions): Sought => {
  const configFile = locateConfig(options);
  if (configFile === null) return { kind: 'unknown', exitCode: USAGE_ERROR };
  const key = { configFile, label: options.name ?? null };
  const found = lookForPod(key);
  if (found.kind !== 'unreadable') return { ...found, key };
  warn(unreadableRecordText(found));
  return { kind: 'unknown', exitCode: POD_FAILED };
};

type Located =
  | { readonly ok: true; readonly record: PodRecord }
  | { readonly ok: false; readonly exitCode: number };

/** Returns the running pod of a config; if there is none, says so and how to start one. */
const locatePod = (options: PodOptions): Located => {
  const sought = seekPod(options);
  if (sought.kind === 'pod') return { ok: true, record: sought.record };
  if (sought.kind === 'unknown') return { ok: false, exitCode: sought.exitCode };
  warn(noPodText(sought.key));
  return { ok: false, exitCode: NO_POD };
};

export const noPodText = (key: PodKey): string => {
  const { configFile, label } = key;
  const others = findPodsOf(configFile).map(({ label: other }) => other);
  const labels = others.filter((other) => other !== null);
  const what = label === null ? 'no pod' : `no pod ${withNearest(label, labels)}`;
  const running = others.map((other) => (other === null ? 'the one without a name' : `--name ${other}`));
  const hint = running.length === 0 ? '' : ` (running: ${running.join(', ')})`;
  return `${what} is running for ${dirname(configFile)}${hint}; start it with ${nameCommand('dev', key)} or ${nameCommand('up --detach', key)}`;
};

type PodWork = (pod: RemotePod, record: PodRecord) => Promise<number>;

/**
 * Runs a function that needs a running pod. A pod that goes in the meantime is reported, and so is one that does not
 * answer, with exit code 124.
 */
export const withPod = async (
  options: PodOptions,
  work: PodWork,
  limits: ConnectionLimits = {},
): Promise<number> => {
  const located = locatePod(options);
  if (!located.ok) return located.exitCode;
  const { record } = located;
  const worked = await withPodOf(record, work, limits);
  if (worked === null) warn(`pod ${record.name} (pid ${record.pid}) has gone`);
  return worked ?? NO_POD;
};

/** Returns null if the pod has gone. */
export const withPodOf = async (
  record: PodRecord,
  work: PodWork,
  limits: ConnectionLimits = {},
): Promise<number | null> => {
  try {
    await using pod = await openRecorded(record, limits);
    return await work(pod, record);
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    const text = await absenceText(record, error, limits.timeout ?? undefined);
    if (text === null) return null;
    warn(text);
    return TIMED_OUT;
  }
};

/** Connects to a recorded pod. Rejects as `RemotePod.open` does. */
export const openRecorded = async (record: PodRecord, limits: ConnectionLimits = {}): Promise<RemotePod> => {
  // A missing socket is fine: the pod has just been started.
  if (existsSync(record.socket) && !isOwnSocket(record.socket)) throw new PodSilent('denied');
  // A pod that has just ended leaves as much as one that has just been started.
  return RemotePod.open(record.socket, { isExpected: () => isMaybeAlive(record), ...limits });
};
