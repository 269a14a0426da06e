import { dirname, resolve } from 'node:path';
import { findConfig } from '../../config/load/find-config.ts';
import { Connection } from '../../control/client/connection.ts';
import type { RemotePod } from '../../control/client/remote-pod.ts';
import { unreadableRecordText } from '../../report/storage-failures.ts';
import { findPod, lookForPod } from '../../runtime/state/pod-record.ts';
import { keptFolderPath, stateFolderPath } from '../../runtime/state/state-folder.ts';
import { absenceText, isUnanswered } from '../absence.ts';
import { noPodText, openRecorded } from '../locate-pod.ts';
import type { PodOptions } from '../options.ts';

export interface OpenPod {
  readonly pod: RemotePod;
  readonly connection: Connection;
}

/** A request that cannot be carried out; the message says what to do instead. */
export class ToolFailure extends Error {}

/** Resolved at each call: the config may be written, and the pod started, while the server runs. */
const keyOf = ({ config, cwd = process.cwd(), name }: PodOptions) => {
  const configFile = config === undefined ? findConfig(cwd) : resolve(cwd, config);
  if (configFile === null)
    throw new ToolFailure(`there is no config in ${cwd} or above it; write one with 'sidecarctl init'`);
  return { configFile, label: name ?? null };
};

/** Runs a function that needs the running pod. */
export const withOpenPod = async <T>(
  options: PodOptions,
  work: (open: OpenPod) => Promise<T>,
): Promise<T> => {
  const key = keyOf(options);
  const found = lookForPod(key);
  if (found.kind === 'unreadable') throw new ToolFailure(unreadableRecordText(found));
  if (found.kind === 'none') throw new ToolFailure(noPodText(key));
  const { record } = found;
  try {
    await using pod = await openRecorded(record);
    return await work({ pod, connection: new Connection(record.socket) });
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    const absence = await absenceText(record, error);
    throw new ToolFailure(absence ?? `pod ${record.name} (pid ${record.pid}) has gone`);
  }
};

export const isPodThere = (options: PodOptions): boolean => findPod(keyOf(options)) !== null;

/** Absolute path of the folder with crash reports of this pod. */
export const crashReportFolder = (options: PodOptions): string => {
  const { configFile, label } = keyOf(options);
  return keptFolderPath(stateFolderPath(dirname(configFile)), 'dossiers', label);
};
