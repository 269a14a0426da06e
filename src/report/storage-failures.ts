import { basename } from 'node:path';
import type { StorageFailure, UnreadableRecord } from '../model/failures/storage-failure.ts';

type Unusable = Extract<StorageFailure, { readonly kind: 'state-folder-unusable' }>;

/** Says what is wrong with the state folder, a volume or a mount, and what to do. */
export const storageFailureText = (failure: StorageFailure): string => {
  const { path } = failure;
  switch (failure.kind) {
    case 'state-folder-unusable':
      return `${path} cannot be used (${failure.cause}); ${unusableAdvice(failure)}`;
    case 'not-a-real-directory':
      return `${path} should be a directory that belongs to sidecarctl, but is ${failure.found}; remove it and start again`;
    case 'record-blocked':
      return `${recordBlockedText(path)}; move it away and start again`;
    case 'record-unreadable':
      return unreadableRecordText(failure);
    case 'run-not-recorded':
      return `${path} could not be ${failure.step === 'make' ? 'made' : 'written'} (${failure.cause})`;
    case 'run-record-unreadable':
      return `${path} has no readable record of its run; if no pod runs here, remove it by hand`;
    case 'containers-left':
      return containersLeftText(failure);
    case 'volume-not-created':
      return `the volume ${failure.volume} could not be made at ${path} (${failure.cause})`;
    case 'mount-blocked':
      return `a ${failure.what} is to be mounted at ${path}, but ${failure.found} is there; move it away or mount elsewhere`;
    case 'mount-in-use':
      return `${path} is a mount of a pod that runs in this folder (run ${failure.runId}); stop that pod first`;
    case 'mount-not-created':
      return `the mount ${path} could not be made (${failure.cause})`;
    case 'sub-path-outside':
      return `${path} leads out of the volume ${failure.volume}, to ${failure.leadsTo}; remove the symlink that leads there`;
    case 'sub-path-not-created':
      return `the part ${path} of the volume ${failure.volume} could not be made (${failure.cause})`;
    case 'not-removed':
      return `${failure.isMount ? 'the mount ' : ''}${path} could not be removed (${failure.cause}); remove it by hand`;
    default:
      return failure satisfies never;
  }
};

const containersLeftText = ({
  path,
  engine,
}: Extract<StorageFailure, { readonly kind: 'containers-left' }>): string => {
  const filter = `label=sidecarctl.run=${basename(path)}`;
  return (
    `containers of this pod may be left, because ${engine} did not remove them in time; the next command that looks for the ` +
    `pod tries again, or remove them with: ${engine} rm --force --volumes $(${engine} ps --all --quiet --filter ${filter})`
  );
};

/** Says why nobody but its owner can tell whether a pod runs in a folder. */
export const unreadableRecordText = ({ path, owner }: UnreadableRecord): string =>
  `${path} belongs to ${owner} and is not readable, so only ${owner} can tell whether a pod runs here. ` +
  `Ask as ${owner}, or remove it as ${owner} if no pod runs`;

/** Says that the pod's record cannot be written. */
export const recordBlockedText = (path: string): string =>
  `${path} is a folder, where the pod keeps its record`;

const unusableAdvice = ({ path, code, owner }: Unusable): string => {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full: make room on it';
  if (code === 'EROFS')
    return 'sidecarctl keeps logs, volumes and the record of the pod there: mount a folder that can be written to at that place';
  if (owner !== null) return `it is ${owner}'s: make it yours with 'sudo chown -R "$(id -u)" ${path}'`;
  return 'it must be a folder this user can write to';
};
