import { POD_FAILED } from './exit-codes.ts';
import { warn } from './warn.ts';

/** Reports a bug of sidecarctl, and returns the exit code for it. */
export const reportCrash = (error: unknown): number => {
  const report = error instanceof Error ? error.stack : String(error);
  warn(`internal error; please report it with these lines:\n${report}`);
  return POD_FAILED;
};
