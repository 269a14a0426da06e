import type { StorageFailure } from '../model/failures/storage-failure.ts';
import { formatConfigProblems } from '../report/config-problems.ts';
import { engineObstacleTexts } from '../report/obstacle-texts.ts';
import { describePortFailure } from '../report/port-failures.ts';
import { requirementText } from '../report/requirement-text.ts';
import { storageFailureText } from '../report/storage-failures.ts';
import { unsupportedText } from '../report/unsupported-text.ts';
import { presenceOf } from '../runtime/process-tree/process-identity.ts';
import { markerVariableOf } from '../runtime/process-tree/run-marks.ts';
import { type PodRecord, recordPathOf } from '../runtime/state/pod-record.ts';
import type { PreparationFailure } from '../supervisor/preparation.ts';
import { POD_FAILED, USAGE_ERROR } from './exit-codes.ts';
import { nameCommand } from './name-command.ts';
import type { ConfigOptions } from './options.ts';
import { wantsColor } from './terminal.ts';
import { warn, writeError } from './warn.ts';

/** Reports why a pod cannot run, and returns the exit code. */
export const reportPreparationFailure = (failure: PreparationFailure, options: ConfigOptions): number => {
  if (failure.kind === 'config') {
    const color = wantsColor(2, options.color);
    writeError(`${formatConfigProblems(failure.failure, { color }).trimEnd()}\n`);
    return USAGE_ERROR;
  }
  for (const text of obstacleTexts(failure)) warn(text);
  return POD_FAILED;
};

/** Words the obstacles of this machine, one sentence each. */
export const obstacleTexts = (
  failure: Exclude<PreparationFailure, { readonly kind: 'config' }>,
): readonly string[] => {
  switch (failure.kind) {
    case 'ports':
      return failure.failures.map(describePortFailure).map(({ problem, advice }) => `${problem}; ${advice}`);
    case 'storage':
      return failure.failures.map(storageFailureText);
    case 'unsupported':
      return failure.failures.map(unsupportedText);
    case 'isolation':
    case 'containers':
      return engineObstacleTexts(failure);
    case 'requirements':
      return failure.failures.map(requirementText);
    case 'certificates':
      return [failure.message];
    case 'runs-already': {
      const { name, pid, runId } = failure.holder;
      const [attach, down] = ['attach', 'down'].map((words) => nameCommand(words, failure.holder));
      if (process.env[markerVariableOf(runId)] !== undefined)
        return [
          `pod ${name} is already running (pid ${pid}), and this command is one of its own processes: ` +
            'give the process the command of the app itself, not one that runs sidecarctl',
        ];
      return [
        `pod ${name} is already running (${placeText(failure.holder)}); show it with ${attach}, stop it with ` +
          `${down}, or run another one beside it with --name`,
      ];
    }
    default:
      return failure satisfies never;
  }
};

/** Says where its supervisor is, or what to do if that is unknown. */
const placeText = (holder: PodRecord): string =>
  presenceOf(holder) === 'elsewhere'
    ? `pid ${holder.pid} in another container or on another machine, ${holder.host ?? 'without a name'}; if that no longer exists, ` +
      `remove ${recordPathOf(holder)}`
    : `pid ${holder.pid}`;

export const reportStorageFailures = (failures: readonly StorageFailure[]): number => {
  for (const failure of failures) warn(storageFailureText(failure));
  return POD_FAILED;
};
