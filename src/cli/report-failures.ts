import { formatConfigProblems } from '../report/config-problems.ts';
import { describePortFailure } from '../report/port-failures.ts';
import type { StorageFailure } from '../runtime/volumes/storage-failure.ts';
import type { PreparationFailure } from '../supervisor/prepare-pod.ts';
import { complain } from './complain.ts';
import { POD_FAILED, USAGE_ERROR } from './exit-codes.ts';
import type { ConfigOptions } from './options.ts';
import { wantsColor } from './terminal.ts';

/** Says why a pod cannot be run and gives the exit code that goes with it. */
export const reportPreparationFailure = (failure: PreparationFailure, options: ConfigOptions): number => {
  switch (failure.kind) {
    case 'config': {
      const color = wantsColor(2, options.color);
      process.stderr.write(`${formatConfigProblems(failure.failure, { color }).trimEnd()}\n`);
      return USAGE_ERROR;
    }
    case 'ports':
      for (const { problem, advice } of failure.failures.map(describePortFailure))
        complain(`${problem}; ${advice}`);
      return POD_FAILED;
    case 'storage':
      return reportStorageFailures(failure.failures);
    case 'runs-already': {
      const { name, pid } = failure.holder;
      complain(
        `pod ${name} of this config runs already (pid ${pid}); see 'sidecarctl status', stop it with ` +
          `'sidecarctl down', or run another one beside it with --name`,
      );
      return POD_FAILED;
    }
    default:
      return failure satisfies never;
  }
};

export const reportStorageFailures = (failures: readonly StorageFailure[]): number => {
  for (const { message } of failures) complain(message);
  return POD_FAILED;
};
