/** The pod could not start or gave up, or the request failed or can never succeed. */
export const POD_FAILED = 1;
/** The command line or the config is wrong; nothing was started. */
export const USAGE_ERROR = 2;
/** There is no such pod, or it has gone in the meantime. */
export const NO_POD = 3;
/** Same code as timeout(1). */
export const TIMED_OUT = 124;
